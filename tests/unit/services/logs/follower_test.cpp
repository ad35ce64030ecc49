#include "services/logs/follower.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/unit/services/logs/test_clock.hpp"

namespace sidewire::services::logs {
namespace {

constexpr file_identity first{1, 10};
constexpr file_identity second{1, 20};

/// Files as the follower is told of them.
struct followed_files {
  std::vector<std::string> take() {
    std::vector<std::string> lines;
    for (const log_entry& entry : follower.take(1000)) lines.push_back(entry.line);
    return lines;
  }
  /// What a reader would do with a file of these contents.
  void read(file_identity file, const std::string& contents) {
    const auto offset = follower.wanted({file, contents.size(), written});
    if (offset) follower.feed(file, written, contents.substr(*offset));
  }
  std::size_t unknown_of(std::vector<file_identity> named) {
    std::vector<found_file> files;
    for (const file_identity& file : named) files.push_back({"path", {file, 0, written}});
    return follower.look(files).size();
  }

  log_time written = at("2026-11-21T03:38:02Z");
  services::logs::follower follower{line_format::detect,
                                    [](auto) { return std::chrono::seconds{0}; }};
};

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(followed_files, "only what comes after the beginning is news") {
  follower.join(first, 4);
  CHECK(!follower.wanted({first, 4, written}));
  read(first, "old\nnew\nha");
  CHECK(take() == lines{"new"});
  read(first, "old\nnew\nhalf\n");
  CHECK(take() == lines{"half"});
}

TEST_CASE_FIXTURE(followed_files, "a file that was emptied is read from its beginning") {
  follower.join(first, 0);
  read(first, "one\ntwo\nunfin");
  CHECK(take() == lines{"one", "two"});
  read(first, "new\n");
  CHECK(take() == lines{"new"});
}

TEST_CASE_FIXTURE(followed_files, "a renamed file is read on until the new one holds something") {
  follower.join(first, 0);
  read(first, "a\n");
  CHECK(unknown_of({second}) == 1);
  CHECK(follower.join(second, 0));

  // Its writer has not noticed yet.
  CHECK(!follower.wanted({second, 0, written}));
  read(first, "a\nb\nlast without end");
  CHECK(!follower.wanted({first, 20, written}));
  CHECK(follower.departed().empty());

  read(second, "c\n");
  CHECK(!follower.wanted({second, 2, written}));
  CHECK(follower.departed() == std::vector{first});
  CHECK(take() == lines{"a", "b", "c", "last without end"});
  CHECK(follower.departed().empty());
}

TEST_CASE_FIXTURE(followed_files, "a file that still has a name of the service's is kept") {
  follower.join(first, 0);
  read(first, "a\n");
  CHECK(unknown_of({first, second}) == 1);
  follower.join(second, 0);
  read(second, "b\n");
  CHECK(!follower.wanted({first, 2, written}));
  CHECK(follower.departed().empty());
  CHECK(unknown_of({second, first}) == 0);
  CHECK(!follower.join(first, 0));
}

TEST_CASE_FIXTURE(followed_files, "a file that has been without a name for long is let go of") {
  follower.join(first, 0);
  CHECK(!follower.wanted({first, 0, written}));
  for (int looks = 0; looks < follower::max_looks_without_name; ++looks) {
    CHECK(unknown_of({}) == 0);
    CHECK(follower.departed().empty());
  }
  unknown_of({});
  CHECK(follower.departed() == std::vector{first});
}

TEST_CASE_FIXTURE(followed_files, "a file is not let go of before it was read to its end") {
  follower.join(first, 0);
  CHECK(follower.wanted({first, 100, written}) == 0);
  for (int looks = 0; looks < 100; ++looks) unknown_of({});
  CHECK(follower.departed().empty());
}

TEST_CASE_FIXTURE(followed_files, "entries are given out in order, as many as are asked for") {
  follower.join(first, 0);
  read(first, "a\nb\nc\n");
  CHECK(follower.take(2).size() == 2);
  CHECK(take() == lines{"c"});
  CHECK(follower.take(2).empty());
}

TEST_CASE_FIXTURE(followed_files, "times without a year follow the time of writing") {
  written = at("2027-01-01T00:00:05Z");
  follower.join(first, 0);
  read(first, "Jan  1 00:00:01 host app: x\n");
  CHECK(follower.take(1).at(0).time == "2027-01-01T00:00:01.000Z");
}

TEST_CASE_FIXTURE(followed_files, "entries are taken up to a count and a size, one at least") {
  follower.join(first, 0);
  const std::string large(follower::max_taken_bytes / 5, 'x');
  read(first, "a\n" + large + "\n" + large + "\n" + large + "\nb\n");
  CHECK(follower.take(1).size() == 1);
  CHECK(follower.take(10).size() == 2);
  CHECK(take() == lines{large, "b"});
}

}  // namespace sidewire::services::logs
