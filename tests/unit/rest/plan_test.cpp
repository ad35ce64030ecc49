#include "rest/plan.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace sidewire::rest {
namespace {

struct sum_params {
  std::int32_t a = 0;
  std::optional<std::int32_t> b;
};
BOOST_DESCRIBE_STRUCT(sum_params, (), (a, b))

struct some_methods {
  some_methods() {
    methods.add("math.sum", {.summary = "", .safe = true},
                [](sum_params given) { return given.a; });
    methods.add("math.store", {}, [](sum_params given) { return given.a; });
    methods.add("math.dashboard", {.summary = "", .safe = true}, [] {});
    methods.add("art.dashboard", {.summary = "", .safe = true}, [] {});
  }
  plan of(std::string_view method, std::string_view path, std::string_view query = {}) const {
    return make_plan(methods, {.method = method, .path = path, .query = query});
  }
  registry methods;
};

std::string services(const plan& made) {
  const auto* wanted = std::get_if<several_dashboards>(&made);
  if (wanted == nullptr) return "no dashboards";
  std::string all;
  for (const std::string& one : wanted->services) all += one + " ";
  return all;
}

std::uint16_t status(const plan& made) {
  const auto* why = std::get_if<refusal>(&made);
  return why == nullptr ? 0 : why->status;
}

}  // namespace

TEST_CASE_FIXTURE(some_methods, "GET calls a safe method with its query as params") {
  const plan made = of("GET", "/api/v1/math/sum", "a=1&b=2");
  const auto* call = std::get_if<call_by_query>(&made);
  REQUIRE(call != nullptr);
  CHECK(call->called->name == "math.sum");
  CHECK(call->params == R"({"a":1,"b":2})");
  CHECK(std::get<call_by_query>(of("HEAD", "/api/v1/math/dashboard")).params.empty());
}

TEST_CASE_FIXTURE(some_methods, "POST calls any method, with its params in a body of JSON") {
  request_line asked{.method = "POST", .path = "/api/v1/math/store"};
  CHECK(std::holds_alternative<call_by_body>(make_plan(methods, asked)));
  asked.has_body = true;
  CHECK(status(make_plan(methods, asked)) == 415);
  asked.content_type = "Application/JSON ; charset=utf-8";
  CHECK(std::holds_alternative<call_by_body>(make_plan(methods, asked)));
  asked.content_type = "application/msgpack";
  CHECK(status(make_plan(methods, asked)) == 415);
  asked.content_type = "application/json";
  asked.query = "a=1";
  CHECK(status(make_plan(methods, asked)) == 400);
  asked.query = "access_token=secret";
  CHECK(std::holds_alternative<call_by_body>(make_plan(methods, asked)));
}

TEST_CASE_FIXTURE(some_methods,
                  "a method that a path does not take is refused with those it takes") {
  const plan made = of("GET", "/api/v1/math/store");
  CHECK(status(made) == 405);
  CHECK(std::get<refusal>(made).allow == "OPTIONS, POST");
  CHECK(status(of("PUT", "/api/v1/math/sum")) == 405);
  CHECK(status(of("ET", "/api/v1/math/sum")) == 405);
  CHECK(status(of("POST", "/api/v1/multi/dashboard")) == 405);
  CHECK(status(of("HEAD", "/api/v1/stream/metrics")) == 405);
}

TEST_CASE_FIXTURE(some_methods, "OPTIONS lists the methods") {
  CHECK(std::get<listed_methods>(of("OPTIONS", "/api/v1/math/sum")).allow ==
        "GET, HEAD, OPTIONS, POST");
  CHECK(status(of("OPTIONS", "/api/v1/math/other")) == 404);
}

TEST_CASE_FIXTURE(some_methods, "what is no path is not found, and an ill-typed query is refused") {
  CHECK(status(of("GET", "/api/v1/")) == 404);
  CHECK(status(of("GET", "/api/v1/math/other")) == 404);
  const plan made = of("GET", "/api/v1/math/sum", "a=x");
  CHECK(status(made) == 400);
  CHECK(std::get<refusal>(made).reason.pointer() == "/a");
}

TEST_CASE_FIXTURE(some_methods, "dashboards are those that are named, else all there are") {
  CHECK(services(of("GET", "/api/v1/multi/dashboard")) == "art math ");
  CHECK(services(of("GET", "/api/v1/multi/dashboard", "services=math,none,math")) == "math none ");
  CHECK(services(of("GET", "/api/v1/multi/dashboard", "services=b&services=a,b")) == "b a ");
  CHECK(services(of("GET", "/api/v1/multi/dashboard", "services=")) == "art math ");
  CHECK(status(of("GET", "/api/v1/multi/dashboard", "service=a")) == 400);
}

TEST_CASE_FIXTURE(some_methods, "a topic stream goes on where its client was") {
  const request_line asked{.method = "GET",
                           .path = "/api/v1/stream/logs/vercel",
                           .query = "since=first&policy=latest&buffer=7",
                           .last_event_id = "epoch:41"};
  const plan made = make_plan(methods, asked);
  const auto* stream = std::get_if<topic_stream>(&made);
  REQUIRE(stream != nullptr);
  CHECK(stream->asked.topic == "logs/vercel");
  CHECK(stream->asked.since.from == pubsub::since_point::kind::position);
  CHECK(stream->asked.since.at == pubsub::position{"epoch", 41});
  CHECK(stream->asked.options.policy == pubsub::slow_policy::latest);
  CHECK(stream->asked.options.buffer == 7);
}

TEST_CASE_FIXTURE(some_methods, "what a topic stream cannot begin with is refused") {
  for (const char* query :
       {"since=41", "since=epoch:x", "since=:1", "policy=slow", "buffer=0", "other=1", "delta=2"}) {
    CAPTURE(query);
    CHECK(status(of("GET", "/api/v1/stream/metrics", query)) == 400);
  }
  CHECK(status(of("GET", "/api/v1/stream/lo*gs")) == 400);
}

TEST_CASE("an action names the method of its service, and brings its params") {
  const auto read = read_action("vercel", R"({"action":"deploy","params":{"a":[1, 2]}})");
  REQUIRE(read);
  CHECK(read->method == "vercel.deploy");
  CHECK(read->params == R"({"a":[1, 2]})");
  CHECK(read_action("a.b", R"({"action":"c"})")->params.empty());
  CHECK(read_action("a", R"({"params":{}})").error().pointer() == "/action");
  CHECK(read_action("a", R"({"action":"b","more":1})").error().pointer() == "/more");
  CHECK(read_action("a", "").error().kind() == error_kind::parse_error);
}

}  // namespace sidewire::rest
