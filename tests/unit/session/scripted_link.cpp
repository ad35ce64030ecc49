#include "tests/unit/session/scripted_link.hpp"

#include <utility>

#include "base/buffer.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "tests/unit/rpc/json_match.hpp"

namespace sidewire::session::test {

using rpc::test::answers;

void scripted_link::hears(std::uint64_t number, std::string_view expected) {
  const message found = next();
  INFO("expected ", expected);
  INFO("heard    ", found.text);
  CHECK(found.number == number);
  CHECK(answers(expected, found.text));
}

void scripted_link::hears(std::string_view method, std::string_view params) {
  const std::string found = params_of(method);
  INFO("expected ", params);
  INFO("heard    ", found);
  CHECK(answers(params, found));
}

std::string scripted_link::params_of(std::string_view method) {
  const message found = next();
  INFO("heard    ", found.text);
  CHECK(found.number == 0);
  const std::string head = R"({"jsonrpc":"2.0","method":")" + std::string{method} + '"';
  REQUIRE(found.text.starts_with(head));
  constexpr std::string_view params = R"(,"params":)";
  if (found.text.substr(head.size()) == "}") return {};
  REQUIRE(found.text.substr(head.size()).starts_with(params));
  const std::size_t begin = head.size() + params.size();
  return found.text.substr(begin, found.text.size() - begin - 1);
}

void scripted_link::hears_nothing() {
  for (const message& unexpected : heard_) FAIL_CHECK("heard " << unexpected.text);
  heard_.clear();
}

void scripted_link::was_closed(std::uint16_t code) {
  REQUIRE(closed_with_);
  CHECK(*closed_with_ == code);
}

scripted_link::message scripted_link::next() {
  REQUIRE_FALSE(heard_.empty());
  message first = std::move(heard_.front());
  heard_.pop_front();
  return first;
}

void scripted_link::send(std::uint64_t number, format as, std::string_view text) {
  CHECK(takes);
  CHECK(is_open());
  CHECK(number != 0);
  base::buffer out;
  codec::encode(out, format::json, json_view{text, as});
  heard_.push_back({number, std::string{out.view()}});
}

void scripted_link::send_control(std::string_view method, const type_description* type,
                                 const void* params) {
  CHECK(is_open());
  base::buffer out;
  codec::write_notification(out, format::json, method, type, params);
  heard_.push_back({0, std::string{out.view()}});
}

void scripted_link::close(std::uint16_t code, std::string_view) {
  CHECK(is_open());
  closed_with_ = code;
  when_closed();
}

}  // namespace sidewire::session::test
