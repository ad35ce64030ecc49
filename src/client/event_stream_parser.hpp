#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace sidewire::client {

/// One event of a stream; valid until the function that gets it returns.
struct stream_event {
  std::string_view type;               ///< "message" where the stream names none
  std::string_view data;               ///< several lines with a line feed between them
  std::optional<std::string_view> id;  ///< its own, if it brings one
};

/// Takes an event stream (HTML Living Standard, 9.2.6) apart, in chunks of any size. No I/O; the
/// client's thread.
class event_stream_parser {
 public:
  using handler = std::function<void(const stream_event&)>;

  /// `max_event_bytes` bounds what one event may hold.
  event_stream_parser(std::size_t max_event_bytes, handler on_event)
      : max_event_bytes_{max_event_bytes}, on_event_{std::move(on_event)} {}

  /// Calls the handler for each event that the chunk completes. On failure, `response_too_large`,
  /// nothing can be taken any more.
  result<void> take(std::string_view chunk);

 private:
  void end_line();
  void take_field(std::string_view name, std::string_view value);
  void dispatch();

  std::size_t max_event_bytes_;
  handler on_event_;
  std::string line_;
  std::string data_;  // each line with a line feed behind it
  std::string type_;
  std::string id_;
  bool has_id_ = false;
  bool is_first_line_ = true;
  bool after_return_ = false;  // a line feed that follows belongs to it
};

}  // namespace sidewire::client
