#include <doctest/doctest.h>

#include <set>
#include <sidewire/error.hpp>
#include <string>

namespace sidewire {
namespace {

constexpr auto last_kind = static_cast<int>(error_kind::application);

TEST_CASE("the kinds of errors have the codes of the wire contract") {
  CHECK(code_of(error_kind::parse_error) == -32700);
  CHECK(code_of(error_kind::invalid_request) == -32600);
  CHECK(code_of(error_kind::method_not_found) == -32601);
  CHECK(code_of(error_kind::invalid_params) == -32602);
  CHECK(code_of(error_kind::internal_error) == -32603);
  CHECK(code_of(error_kind::deadline_exceeded) == -32020);
  CHECK(code_of(error_kind::not_authenticated) == -32021);
  CHECK(code_of(error_kind::forbidden) == -32022);
  CHECK(code_of(error_kind::not_found) == -32023);
  CHECK(code_of(error_kind::limit_exceeded) == -32024);
  CHECK(code_of(error_kind::rate_limited) == -32025);
  CHECK(code_of(error_kind::request_too_large) == -32026);
  CHECK(code_of(error_kind::response_too_large) == -32027);
  CHECK(code_of(error_kind::server_busy) == -32028);
  CHECK(code_of(error_kind::unavailable) == -32029);
  CHECK(code_of(error_kind::conflict) == -32030);
  CHECK(code_of(error_kind::outcome_unknown) == -32031);
  CHECK(code_of(error_kind::request_cancelled) == -32800);
}

TEST_CASE("every kind has a code and a name of its own, and is found by its code") {
  std::set<int> codes;
  std::set<std::string_view> names;
  for (int index = 0; index <= last_kind; ++index) {
    const auto kind = static_cast<error_kind>(index);
    codes.insert(code_of(kind));
    names.insert(name_of(kind));
    CHECK(kind_of(code_of(kind)) == kind);
  }
  CHECK(codes.size() == last_kind + 1);
  CHECK(names.size() == last_kind + 1);
}

TEST_CASE("a code that is none of ours is an application's") {
  CHECK(kind_of(1000) == error_kind::application);
  CHECK(kind_of(-32000) == error_kind::application);
}

TEST_CASE("only what may go better later is retryable") {
  std::set<std::string_view> retryable;
  for (int index = 0; index <= last_kind; ++index) {
    const auto kind = static_cast<error_kind>(index);
    if (is_retryable(kind)) retryable.insert(name_of(kind));
  }
  CHECK(retryable == std::set<std::string_view>{"deadline_exceeded", "rate_limited", "server_busy",
                                                "unavailable"});
}

TEST_CASE("a result holds a value or an error") {
  const result<std::string> value{"yes"};
  REQUIRE(value);
  CHECK(*value == "yes");
  CHECK(value->size() == 3);
  const result<std::string> none{error{error_kind::not_found, "no"}};
  REQUIRE_FALSE(none);
  CHECK(none.error().message() == "no");
  CHECK(result<void>{});
  CHECK(result<void>{error{error_kind::conflict, "no"}}.error().kind() == error_kind::conflict);
}

TEST_CASE("an application's error has its own code") {
  const error made = error::application(4711, "sold out");
  CHECK(made.kind() == error_kind::application);
  CHECK(made.code() == 4711);
}

}  // namespace
}  // namespace sidewire
