#include <doctest/doctest.h>

#include <filesystem>

#include "codec/decode.hpp"
#include "services/logs/follow.hpp"
#include "services/logs/logs.hpp"
#include "tests/unit/services/logs/temporary_directory.hpp"
#include "tests/unit/services/method_runner.hpp"

namespace sidewire::services {
namespace {

using lines = std::vector<std::string>;

struct follow_service {
  follow_service() {
    directory.write("app.log", "one\ntwo\nthr");
    add_logs(runner.methods(), {.sources = {{.name = "app", .path = directory.path("app.log")},
                                            {.name = "all", .path = directory.path("*.log")},
                                            {.name = "gone", .path = directory.path("gone")}}});
  }

  /// The lines that came so far, once there are as many.
  lines streamed(const running_method& call, std::size_t count) {
    lines found;
    runner.run_until([&] {
      found = lines_of(call);
      return found.size() >= count;
    });
    return found;
  }

  static lines lines_of(const running_method& call) {
    lines found;
    for (const std::string& value : call.progress()) {
      logs::log_batch batch;
      REQUIRE(codec::decode(json_view{value, format::json}, describe<logs::log_batch>(), &batch));
      REQUIRE(!batch.entries.empty());
      for (const logs::log_entry& entry : batch.entries) found.push_back(entry.line);
    }
    return found;
  }

  void cancel(running_method& call) {
    call.cancel();
    runner.run_until([&] { return call.ended(); });
    CHECK(call.answer() == "request_cancelled: cancelled");
  }

  logs::temporary_directory directory;
  method_runner runner;
};

}  // namespace

TEST_CASE_FIXTURE(follow_service,
                  "following begins with the last lines and goes on with new ones") {
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":1})");
  CHECK(streamed(*call, 1) == lines{"two"});
  directory.append("app.log", "ee\nfo");
  CHECK(streamed(*call, 2) == lines{"two", "three"});
  directory.append("app.log", "ur\n");
  CHECK(streamed(*call, 3) == lines{"two", "three", "four"});
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "lines that come together are one progress value") {
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":1})");
  streamed(*call, 1);
  directory.append("app.log", "ee\nfour\nfive\n");
  CHECK(streamed(*call, 4).back() == "five");
  CHECK(call->progress().size() == 2);
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "a rotated log is followed into its new file") {
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":1})");
  streamed(*call, 1);
  directory.rename("app.log", "app.log.1");
  directory.append("app.log.1", "ee\n");
  CHECK(streamed(*call, 2).back() == "three");
  directory.write("app.log", "new\n");
  CHECK(streamed(*call, 3).back() == "new");
  directory.append("app.log", "newer\n");
  CHECK(streamed(*call, 4).back() == "newer");
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "an emptied log is followed from its beginning") {
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":1})");
  streamed(*call, 1);
  directory.write("app.log", "new\n");
  CHECK(streamed(*call, 2) == lines{"two", "new"});
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "files that come to a pattern later are followed too") {
  const auto call = runner.start("logs.follow", R"({"service":"all","lines":1})");
  streamed(*call, 1);
  directory.write("other.log", "from another\n");
  CHECK(streamed(*call, 2) == lines{"two", "from another"});
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "following ends after as many entries as were asked for") {
  CHECK(runner.call("logs.follow", R"({"service":"app","lines":2,"maxEntries":2})") ==
        R"({"entries":2})");
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":2,"maxEntries":3})");
  CHECK(streamed(*call, 2) == lines{"one", "two"});
  directory.append("app.log", "ee\nfour\n");
  runner.run_until([&] { return call->ended(); });
  CHECK(lines_of(*call) == lines{"one", "two", "three"});
  CHECK(call->answer() == R"({"entries":3})");
}

TEST_CASE_FIXTURE(follow_service, "very many lines come in bounded values") {
  std::string text = "ee\n";
  for (int index = 0; index < 20'000; ++index) text += std::to_string(index) + "\n";
  const auto call = runner.start("logs.follow", R"({"service":"app","lines":1})");
  streamed(*call, 1);
  directory.append("app.log", text);
  const lines found = streamed(*call, 20'002);
  CHECK(found.size() == 20'002);
  CHECK(found.back() == "19999");
  CHECK(call->progress().size() > 20'000 / 500);
  cancel(*call);
}

TEST_CASE_FIXTURE(follow_service, "what cannot be followed is said at once") {
  CHECK(runner.call("logs.follow", R"({"service":"gone"})") ==
        "unavailable: " + directory.path("gone") + " does not exist");
  CHECK(runner.call("logs.follow", R"({"service":"none"})").starts_with("not_found: "));
  CHECK(runner.call("logs.follow", R"({"service":"app","lines":1001})") ==
        "invalid_params: lines is from 0 to 1000 at /lines");
  CHECK(runner.call("logs.follow", R"({"service":"app","maxEntries":0})")
            .starts_with("invalid_params: maxEntries is from 1"));
}

TEST_CASE_FIXTURE(follow_service, "a call that is cancelled leaves no file open") {
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  const auto before_loop = runner.start("logs.follow", R"({"service":"all","lines":1})");
  streamed(*before_loop, 1);
  const auto open_before = open_files();
  const auto call = runner.start("logs.follow", R"({"service":"all","lines":1})");
  streamed(*call, 1);
  CHECK(open_files() > open_before);
  cancel(*call);
  CHECK(open_files() == open_before);
  cancel(*before_loop);
}

}  // namespace sidewire::services
