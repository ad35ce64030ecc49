#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "session/link.hpp"

namespace sidewire::session::test {

/// A connection whose half of the conversation a test writes down. Texts are JSON on the page. It
/// fails where something that it heard was not expected.
class scripted_link final : public link {
 public:
  ~scripted_link() override { hears_nothing(); }

  /// The next that was written is the message of this number.
  void hears(std::uint64_t number, std::string_view expected);
  /// The next that was written is a notification `session.…`.
  void hears(std::string_view method, std::string_view params);
  /// The params of the next, which is a notification of this method.
  std::string params_of(std::string_view method);
  /// Nothing is left to be heard.
  void hears_nothing();
  void forgets_what_it_heard() { heard_.clear(); }
  std::size_t heard_count() const noexcept { return heard_.size(); }

  /// It was told to close, with this code.
  void was_closed(std::uint16_t code);
  bool is_open() const noexcept { return !closed_with_; }
  int ended_calls_count() const noexcept { return ended_calls_count_; }

  /// Whether it takes messages, and whether they leave without waiting.
  bool takes = true;
  bool leaves = true;
  /// What happens while it is told to close.
  std::function<void()> when_closed = [] {};

  bool takes_messages() const noexcept override { return takes; }
  bool has_room() const noexcept override { return leaves; }
  void send(std::uint64_t number, format as, std::string_view message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void calls_ended() override { ++ended_calls_count_; }
  link_facts facts() const override { return {.transport = "scripted", .address = "nowhere"}; }

 private:
  struct message {
    std::uint64_t number;  // 0: not counted
    std::string text;      // as JSON
  };

  void send_control(std::string_view method, const type_description* type,
                    const void* params) override;
  message next();

  std::deque<message> heard_;
  std::optional<std::uint16_t> closed_with_;
  int ended_calls_count_ = 0;
};

}  // namespace sidewire::session::test
