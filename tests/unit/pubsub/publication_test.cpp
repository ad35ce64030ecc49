#include "pubsub/publication.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "pubsub/merge_patch.hpp"

namespace sidewire::pubsub {
namespace {

std::shared_ptr<const json> params(std::string_view text, format as = format::json) {
  return params_of_publication({text, as});
}

/// The text of a merge patch, or "none".
std::string patch(std::string_view from, std::string_view to) {
  const auto made = merge_patch({from, format::json}, {to, format::json});
  return made ? made->text() : "none";
}

}  // namespace

TEST_CASE("a publication is a notification with its topic and offset in _meta") {
  const publication made{{"logs/a", "logs.update", params(R"({"n": 1})"), ""}, {"E", 41}, {}};
  CHECK(
      made.whole(format::json)->bytes ==
      R"({"jsonrpc":"2.0","method":"logs.update","params":{"n": 1,"_meta":{"topic":"logs/a","offset":41}}})");
  CHECK(made.whole(format::json)->written_as == format::json);
}

TEST_CASE("the first publication of an epoch names the epoch") {
  const publication made{{"a", "e", params(" { } "), ""}, {"E", 1}, {}};
  CHECK(
      made.whole(format::json)->bytes ==
      R"({"jsonrpc":"2.0","method":"e","params":{"_meta":{"topic":"a","offset":1,"epoch":"E"}}})");
}

TEST_CASE("a publication is written in either format, whichever its params came in") {
  const publication from_json{{"a", "e", params(R"({"n":1})"), ""}, {"E", 2}, {}};
  const publication packed{{"a", "e", params("\x81\xA1n\x01", format::msgpack), ""}, {"E", 2}, {}};
  CHECK(packed.whole(format::json)->bytes == from_json.whole(format::json)->bytes);
  CHECK(packed.whole(format::msgpack)->bytes == from_json.whole(format::msgpack)->bytes);
  CHECK(packed.whole(format::msgpack)->bytes ==
        "\x83\xA7jsonrpc\xA3"
        "2.0\xA6method\xA1"
        "e\xA6params\x82\xA1n\x01\xA5_meta\x82\xA5topic\xA1"
        "a\xA6offset\x02");
}

TEST_CASE("a publisher's own _meta is left out, in escapes too") {
  CHECK(params(R"({"_meta":{"topic":"x"},"a":1})")->text() == R"({"a":1})");
  CHECK(params(R"({"a":1,"\u005fmeta":{"offset":1},"b":{"_meta":2}})")->text() ==
        R"({"a":1,"b":{"_meta":2}})");
  CHECK(params(R"({"\u005fm\u0065ta":1})")->text() == "{}");
  CHECK(params("\x82\xA5_meta\x01\xA1"
               "a\x02",
               format::msgpack)
            ->text() ==
        "\x81\xA1"
        "a\x02");
}

TEST_CASE("params that are no object make no publication") {
  for (const auto* text : {"1", "null", "[]", "\"{}\""}) CHECK(params(text) == nullptr);
  CHECK(params("\x90", format::msgpack) == nullptr);
}

TEST_CASE("each form is encoded once, whichever threads ask for it") {
  const auto state = params(R"({"a":1,"padding":"xxxxxxxxxxxxxxxx"})");
  const publication made{
      {"a", "e", params(R"({"a":2,"padding":"xxxxxxxxxxxxxxxx"})"), ""}, {"E", 2}, {}, state};
  CHECK(made.encoded_count() == 0);
  std::vector<std::thread> askers;
  for (int i = 0; i < 4; ++i) {
    askers.emplace_back([&] {
      for (const format as : {format::json, format::msgpack}) {
        for (int again = 0; again < 100; ++again) {
          (void)made.whole(as);
          (void)made.delta(as);
        }
      }
    });
  }
  for (auto& asker : askers) asker.join();
  CHECK(made.encoded_count() == 4);
}

TEST_CASE("a patch as long as the state is not offered") {
  const publication made{{"a", "e", params(R"({"b":1})"), ""}, {"E", 2}, {}, params(R"({"a":1})")};
  CHECK(made.delta(format::json) == nullptr);
}

TEST_CASE("a merge patch names what changed, and removes by null") {
  CHECK(patch(R"({"a":1,"b":2})", R"({"a":1,"b":3})") == R"({"b":3})");
  CHECK(patch(R"({"a":1,"b":2})", R"({"a":1})") == R"({"b":null})");
  CHECK(patch(R"({"a":{"x":1,"y":1}})", R"({"a":{"x":1,"y":2}})") == R"({"a":{"y":2}})");
  CHECK(patch(R"({"a":{"x":1}})", R"({"a":[1]})") == R"({"a":[1]})");
  CHECK(patch(R"({"a":[1,null]})", R"({"a":[null]})") == R"({"a":[null]})");
  CHECK(patch(R"({"a":1})", R"({"a":1})") == "{}");
  CHECK(patch(R"({"a":0.1})", R"({"a":0.30000000000000004})") == R"({"a":0.30000000000000004})");
}

TEST_CASE("of equal names the last counts in a merge patch, as in its state") {
  CHECK(patch(R"({"a":1})", R"({"a":2,"a":1})") == "{}");
  CHECK(patch(R"({"a":2,"a":1})", R"({"a":2})") == R"({"a":2})");
}

TEST_CASE(
    "there is no merge patch to a state with a null member, nor from or to what is no JSON text") {
  CHECK(patch("{}", R"({"a":null})") == "none");
  CHECK(patch("{}", R"({"a":{"b":null}})") == "none");
  CHECK(patch(R"({"a":null})", R"({"a":1})") == R"({"a":1})");
  CHECK_FALSE(merge_patch({"\x80", format::msgpack}, {"{}", format::json}));
}

}  // namespace sidewire::pubsub
