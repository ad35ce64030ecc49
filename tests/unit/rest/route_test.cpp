#include "rest/route.hpp"

#include <doctest/doctest.h>

namespace sidewire::rest {
namespace {

struct routed_methods {
  routed_methods() {
    for (const char* name : {"vercel.getDeployments", "a.b.c", "lone", "multi.x", "stream.y",
                             "x.action", "odd..name", "system.d\xC3\xA4sh"}) {
      methods.add(name, {.summary = "", .safe = true}, [] {});
    }
    methods.add("vercel.deploy", {}, [] {});
    methods.add("vercel.dashboard", {.summary = "", .safe = true}, [] {});
    methods.add("rude.dashboard", {}, [] {});
  }
  std::string method_at(std::string_view path) const {
    const route found = find_route(methods, path);
    return found.what == target::method ? found.called->name : "";
  }
  registry methods;
};

}  // namespace

TEST_CASE_FIXTURE(routed_methods, "each dot of a method's name is a slash of its path") {
  CHECK(method_at("vercel/getDeployments") == "vercel.getDeployments");
  CHECK(method_at("a/b/c") == "a.b.c");
  CHECK(method_at("lone") == "lone");
  CHECK(method_at("system/d%C3%A4sh") == "system.d\xC3\xA4sh");
  CHECK(path_of(*methods.find("a.b.c")) == "/api/v1/a/b/c");
  CHECK(path_of(*methods.find("system.d\xC3\xA4sh")) == "/api/v1/system/d%C3%A4sh");
}

TEST_CASE_FIXTURE(routed_methods, "a method has one path") {
  for (const char* path : {"vercel.getDeployments", "a/b.c", "a/b%2Ec", "/lone", "lone/", "a//b/c",
                           "", "vercel", "vercel/nothing", "vercel/get%zz"}) {
    CAPTURE(path);
    CHECK(find_route(methods, path).what == target::nothing);
  }
}

TEST_CASE_FIXTURE(routed_methods, "multi and stream are no services") {
  CHECK(find_route(methods, "multi/x").what == target::nothing);
  CHECK(find_route(methods, "multi").what == target::nothing);
  CHECK(find_route(methods, "multi/dashboard").what == target::dashboards);
  CHECK(!path_of(*methods.find("multi.x")));
  CHECK(!path_of(*methods.find("stream.y")));
  CHECK(!path_of(*methods.find("odd..name")));
}

TEST_CASE_FIXTURE(routed_methods, "a topic stream's path is the topic's") {
  const route found = find_route(methods, "stream/logs/vercel");
  CHECK(found.what == target::stream);
  CHECK(found.name == "logs/vercel");
  CHECK(find_route(methods, "stream/logs%2Fvercel").name == "logs/vercel");
  CHECK(find_route(methods, "stream/logs/*").name == "logs/*");
  CHECK(find_route(methods, "stream/a.b").name == "a.b");
  CHECK(find_route(methods, "stream").what == target::nothing);
  CHECK(find_route(methods, "stream//a").what == target::nothing);
}

TEST_CASE_FIXTURE(routed_methods, "a service's actions have one path, unless a method has it") {
  const route found = find_route(methods, "vercel/action");
  CHECK(found.what == target::action);
  CHECK(found.name == "vercel");
  CHECK(find_route(methods, "a/b/action").name == "a.b");
  CHECK(method_at("x/action") == "x.action");
  CHECK(find_route(methods, "action").what == target::nothing);
}

TEST_CASE_FIXTURE(routed_methods, "GET is for safe methods alone") {
  CHECK(allowed_methods(find_route(methods, "lone")) == "GET, HEAD, OPTIONS, POST");
  CHECK(allowed_methods(find_route(methods, "vercel/deploy")) == "OPTIONS, POST");
  CHECK(allowed_methods(find_route(methods, "vercel/action")) == "OPTIONS, POST");
  CHECK(allowed_methods(find_route(methods, "multi/dashboard")) == "GET, HEAD, OPTIONS");
  CHECK(allowed_methods(find_route(methods, "stream/a")) == "GET, OPTIONS");
}

TEST_CASE_FIXTURE(routed_methods, "a dashboard is a safe method of that name") {
  CHECK(dashboard_service(*methods.find("vercel.dashboard")) == "vercel");
  CHECK(dashboard_service(*methods.find("rude.dashboard")).empty());
  CHECK(dashboard_service(*methods.find("lone")).empty());
}

}  // namespace sidewire::rest
