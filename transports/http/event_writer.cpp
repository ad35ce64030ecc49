#include "transports/http/event_writer.hpp"

#include <algorithm>
#include <string>

#include "base/base64.hpp"

namespace sidewire::http {

namespace {

/// Beyond what proxies are known to hold back of a stream's beginning.
constexpr std::size_t padding_bytes = 2048;

/// Each of the two is looked for by itself, which is many times as fast as `find_first_of`.
bool has_line_end(std::string_view data) noexcept {
  return data.find('\n') != std::string_view::npos || data.find('\r') != std::string_view::npos;
}

void append_data(base::buffer& out, std::string_view data) {
  const bool is_one_line = !has_line_end(data);
  while (true) {
    const std::size_t end =
        is_one_line ? data.size() : std::min(data.find_first_of("\r\n"), data.size());
    out.append("data: ");
    out.append(data.substr(0, end));
    out.push_back('\n');
    if (end == data.size()) return;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

}  // namespace

response event_stream_head() {
  return {.type = media_type::event_stream, .headers = {{"X-Accel-Buffering", "no"}}};
}

void write_stream_begin(base::buffer& out) {
  out.push_back(':');
  std::fill_n(out.prepare(padding_bytes), padding_bytes, ' ');
  out.commit(padding_bytes);
  out.append("\nretry: 1000\n\n");
}

void write_event_id(base::buffer& out, std::string_view id) {
  out.append("id: ");
  out.append(id);
  out.append("\n\n");
}

void write_event(base::buffer& out, std::string_view type, std::string_view id,
                 std::string_view data) {
  if (!type.empty()) {
    out.append("event: ");
    out.append(type);
    out.push_back('\n');
  }
  if (!id.empty()) {
    out.append("id: ");
    out.append(id);
    out.push_back('\n');
  }
  append_data(out, data);
  out.push_back('\n');
}

void write_message_event(base::buffer& out, std::optional<std::uint64_t> number, format as,
                         std::string_view message) {
  const std::string id = number ? std::to_string(*number) : std::string{};
  if (as == format::json) return write_event(out, {}, id, message);
  std::string text(base::base64_size(message.size()), '\0');
  base::write_base64(text.data(), message);
  write_event(out, "msgpack", id, text);
}

void write_keep_alive(base::buffer& out) {
  out.append(":\n\n");
}

}  // namespace sidewire::http
