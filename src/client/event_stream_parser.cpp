#include "client/event_stream_parser.hpp"

#include <utility>

namespace sidewire::client {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

result<void> event_stream_parser::take(std::string_view chunk) {
  while (!chunk.empty()) {
    if (std::exchange(after_return_, false) && chunk.front() == '\n') {
      chunk.remove_prefix(1);
      continue;
    }
    const auto end = chunk.find_first_of("\r\n");
    const auto part = chunk.substr(0, end);
    if (part.size() > max_event_bytes_ - data_.size() - line_.size()) {
      return error{error_kind::response_too_large, "an event is larger than this client takes"};
    }
    line_ += part;
    if (end == std::string_view::npos) return {};
    after_return_ = chunk[end] == '\r';
    chunk.remove_prefix(end + 1);
    end_line();
  }
  return {};
}

void event_stream_parser::end_line() {
  std::string_view line = line_;
  if (std::exchange(is_first_line_, false) && line.starts_with(byte_order_mark)) {
    line.remove_prefix(byte_order_mark.size());
  }
  if (line.empty()) {
    dispatch();
  } else if (line.front() != ':') {
    const auto colon = line.find(':');
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void event_stream_parser::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    data_.append(value).push_back('\n');
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) return;
    id_ = value;
    has_id_ = true;
  }  // `retry` is not asked for: how a session comes back is the client's own affair
}

void event_stream_parser::dispatch() {
  const std::string data = std::exchange(data_, {});
  const std::string type = std::exchange(type_, {});
  const bool has_id = std::exchange(has_id_, false);
  if (data.empty()) return;
  stream_event event{.type = type.empty() ? std::string_view{"message"} : std::string_view{type},
                     .data = std::string_view{data}.substr(0, data.size() - 1),
                     .id = {}};
  if (has_id) event.id = id_;
  on_event_(event);
}

}  // namespace sidewire::client
