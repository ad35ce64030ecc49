#include "services/logs/logs.hpp"

#include <doctest/doctest.h>
#include <sys/fsuid.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <stdexcept>

#include "codec/decode.hpp"
#include "services/logs/methods.hpp"
#include "tests/unit/services/logs/temporary_directory.hpp"
#include "tests/unit/services/logs/test_clock.hpp"
#include "tests/unit/services/method_runner.hpp"

namespace sidewire::services {
namespace {

using logs::temporary_directory;

struct log_service {
  void add(std::vector<log_source> sources) {
    add_logs(runner.methods(), {.sources = std::move(sources), .max_payload_bytes = 100'000});
  }
  void add_app(std::string_view text) {
    add({{.name = "app", .path = directory.write("app.log", text)}});
  }

  temporary_directory directory;
  method_runner runner;
};

/// Root may read everything: lets this thread's file accesses be those of nobody.
class without_privileges {
 public:
  without_privileges() : before_{static_cast<uid_t>(::setfsuid(::geteuid() == 0 ? 65534 : -1u))} {}
  ~without_privileges() { ::setfsuid(before_); }
  without_privileges(const without_privileges&) = delete;
  without_privileges& operator=(const without_privileges&) = delete;

 private:
  uid_t before_;
};

constexpr std::string_view three_lines =
    "2026-11-21T01:00:00Z INFO one\n"
    "2026-11-21T02:00:00Z ERROR two\n"
    "three\n";

}  // namespace

TEST_CASE_FIXTURE(log_service, "tail answers the last entries, oldest first") {
  add_app(three_lines);
  CHECK(runner.call("logs.tail", R"({"service":"app","lines":2})") ==
        R"({"entries":[{"time":"2026-11-21T02:00:00.000Z","level":"error","message":"two",)"
        R"("line":"2026-11-21T02:00:00Z ERROR two"},{"message":"three","line":"three"}],)"
        R"("more":true})");
  CHECK(runner.call("logs.tail", R"({"service":"app","lines":0})") ==
        "invalid_params: lines is from 1 to 10000 at /lines");
}

TEST_CASE_FIXTURE(log_service, "query filters by time, level and text") {
  add_app(three_lines);
  CHECK(runner.call("logs.query", R"({"service":"app","since":"2026-11-21","level":"info",)"
                                  R"("contains":"ONE","until":"2026-11-21T01:00:01Z"})") ==
        R"({"entries":[{"time":"2026-11-21T01:00:00.000Z","level":"info","message":"one",)"
        R"("line":"2026-11-21T01:00:00Z INFO one"}],"more":false})");
  CHECK(runner.call("logs.query", R"({"service":"app","since":"soon"})") ==
        "invalid_params: since is a time such as 2026-11-21T03:14:15Z, or how long ago, such as "
        "90s, 24h or 7d at /since");
  CHECK(runner.call("logs.query", R"({"service":"app","level":"loud"})")
            .starts_with("invalid_params: "));
}

TEST_CASE_FIXTURE(log_service, "services are found by their exact name alone") {
  add_app("x\n");
  directory.write("secret", "x\n");
  for (const char* name : {"", "App", "app.log", "../secret", "secret", "*", "/etc/passwd"}) {
    CHECK(runner.call("logs.tail", std::string{R"({"service":")"} + name + "\"}") ==
          "not_found: there is no log service of this name; there are: app at /service");
  }
}

TEST_CASE_FIXTURE(log_service, "list tells files, sizes and why what is not readable") {
  const std::string app = directory.write("app.log", "12345");
  const std::string gone = directory.path("gone.log");
  const std::string none = directory.path("none-*.log");
  add({{.name = "app", .path = app, .format = logs::line_format::json},
       {.name = "gone", .path = gone},
       {.name = "none", .path = none},
       {.name = "directory", .path = directory.path()}});
  const std::string list = runner.call("logs.list");
  CHECK(list.starts_with(R"({"services":[{"name":"app","format":"json","path":")" + app +
                         R"(","sizeBytes":5,"readable":true,"files":[{"path":")" + app +
                         R"(","sizeBytes":5,"written":"20)"));
  CHECK(list.find(R"("problem":")" + gone + R"( does not exist")") != std::string::npos);
  CHECK(list.find(R"("problem":"no file matches )" + none + R"( now")") != std::string::npos);
  CHECK(list.find(directory.path() + R"( is no regular file")") != std::string::npos);
}

TEST_CASE_FIXTURE(log_service, "a file that may not be read says what to do") {
  add_app("x\n");
  std::filesystem::permissions(directory.path("app.log"), std::filesystem::perms::none);
  const without_privileges ordinary_user;
  CHECK(runner.call("logs.tail", R"({"service":"app"})") ==
        "forbidden: " + directory.path("app.log") +
            " may not be read by the user that the server runs as: run it as one who may");
}

TEST_CASE_FIXTURE(log_service, "the large answer is a MessagePack array of entries") {
  add_app(three_lines);
  const std::string answer = runner.call("logs.getLarge", R"({"service":"app","limit":2})");
  logs::log_large_result result;
  REQUIRE(
      codec::decode(json_view{answer, format::json}, describe<logs::log_large_result>(), &result));
  CHECK(result.total_entries == 2);
  CHECK(result.data_type == "logs");
  CHECK(!result.compressed);
  std::vector<logs::log_entry> entries;
  REQUIRE(codec::decode(json_view{result.payload.data, format::msgpack},
                        describe<std::vector<logs::log_entry>>(), &entries));
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].time == "2026-11-21T02:00:00.000Z");
  CHECK(entries[0].level == logs::log_level::error);
  CHECK(entries[0].message == "two");
  CHECK(!entries[1].time);
  CHECK(entries[1].line == "three");
}

TEST_CASE_FIXTURE(log_service, "a compressed payload is the same in gzip") {
  add_app(three_lines);
  const auto payload = [&](std::string_view chosen) {
    const std::string answer = runner.call(
        "logs.getLarge", R"({"service":"app","format":")" + std::string{chosen} + "\"}");
    logs::log_large_result result;
    REQUIRE(codec::decode(json_view{answer, format::json}, describe<logs::log_large_result>(),
                          &result));
    CHECK(result.compressed == (chosen == "gzip"));
    return result.payload.data;
  };
  const std::string plain = payload("msgpack");
  std::string compressed = payload("gzip");
  std::string restored(plain.size() + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(restored.data());
  stream.avail_out = static_cast<uInt>(restored.size());
  CHECK(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
  restored.resize(stream.total_out);
  ::inflateEnd(&stream);
  CHECK(restored == plain);
}

TEST_CASE_FIXTURE(log_service, "a payload beyond its bound is refused with a limit that fits") {
  std::string text;
  for (int index = 0; index < 2000; ++index) text += std::string(100, 'x') + "\n";
  add_app(text);
  const std::string refused = runner.call("logs.getLarge", R"({"service":"app"})");
  CHECK(refused.starts_with("response_too_large: "));
  const std::string limit = refused.substr(refused.rfind(' ') + 1);
  CHECK(std::stoi(limit) > 100);
  CHECK(runner.call("logs.getLarge", R"({"service":"app","limit":)" + limit + "}")
            .starts_with(R"({"totalEntries":)" + limit));
}

TEST_CASE("a Debian machine's files are services by their names") {
  const temporary_directory directory;
  std::filesystem::create_directory(directory.path("apt"));
  for (const char* name : {"dpkg.log", "alternatives.log", "dpkg.log.1", "wtmp", "syslog",
                           "apt/history.log", "apt/term.log", "apt/eipp.log.xz"}) {
    directory.write(name, "x\n");
  }
  std::vector<std::string> names;
  for (const log_source& source : logs::debian_sources(directory.path())) {
    names.push_back(source.name);
  }
  CHECK(names ==
        std::vector<std::string>{"alternatives", "apt-history", "apt-term", "dpkg", "syslog"});
}

TEST_CASE("sources without name or path, or with one name, are refused at the start") {
  registry methods;
  CHECK_THROWS_AS(add_logs(methods, {.sources = {{.name = "", .path = "x"}}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(add_logs(methods, {.sources = {{.name = "x", .path = ""}}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(
      add_logs(methods, {.sources = {{.name = "x", .path = "a"}, {.name = "x", .path = "b"}}}),
      std::invalid_argument);
}

}  // namespace sidewire::services
