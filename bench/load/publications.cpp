#include "load/publications.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <stdexcept>

#include "load/requests.hpp"

namespace sidewire::bench {
namespace {

constexpr std::string_view event = "fan.out";

/// A topic's own stream tells params alone.
bool names_event(const options& wanted) {
  return wanted.transport != transport::sse || wanted.dialect == dialect::session;
}

[[noreturn]] void refuse(std::string_view what, std::string_view payload) {
  throw std::runtime_error{concat({what, ": ", payload})};
}

}  // namespace

publications::publications(const options& wanted)
    : dialect_{wanted.dialect},
      event_{names_event(wanted) ? event : std::string_view{}},
      topic_{wanted.topic},
      keys_{wanted.keys},
      next_{lowest_id},
      tail_{concat({R"(,"text":")", text_of(wanted.text_bytes), R"(")"})} {}

std::string_view publications::next_request() {
  if (next_ > highest_id) throw std::runtime_error{"out of numbers"};
  const std::string number = std::to_string(next_);
  const std::string params = concat({R"({"n":)", number, tail_, "}"});
  const auto key = std::min<std::size_t>(std::countr_zero(next_), keys_ - 1);
  const std::string keyed = keys_ == 0 ? "" : concat({R"(,"key":"k)", std::to_string(key), "\""});
  ++next_;
  if (dialect_ == dialect::socket_io) {
    request_ = text_frame(concat({R"(42["publish",)", params, "]"}));
  } else {
    request_ = text_frame(
        concat({R"({"jsonrpc":"2.0","method":"topic.publish","params":{"topic":")", topic_,
                R"(","method":")", event, R"(","params":)", params, keyed, "}}"}));
  }
  return request_;
}

std::uint32_t publications::check(std::string_view payload) {
  if (head_.empty()) learn(payload);
  if (payload.size() < head_.size() + id_digits + tail_.size() ||
      payload.substr(0, head_.size()) != head_ ||
      payload.substr(head_.size() + id_digits, tail_.size()) != tail_) {
    refuse("a publication that differs from the first", payload);
  }
  std::uint32_t number = 0;
  const char* const digits = payload.data() + head_.size();
  if (std::from_chars(digits, digits + id_digits, number).ptr != digits + id_digits ||
      number < lowest_id || number >= next_) {
    refuse("a publication that nobody made", payload);
  }
  return number;
}

void publications::learn(std::string_view payload) {
  constexpr std::string_view name = R"("n":)";
  const std::size_t at = payload.find(name);
  if (at == std::string_view::npos || payload.find(event_) == std::string_view::npos) {
    refuse("no publication", payload);
  }
  head_ = payload.substr(0, at + name.size());
}

}  // namespace sidewire::bench
