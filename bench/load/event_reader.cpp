#include "load/event_reader.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "load/answers.hpp"
#include "load/requests.hpp"

namespace sidewire::bench {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view bytes) {
  throw std::runtime_error{concat({what, ": ", bytes.substr(0, 300)})};
}

template <typename Number>
Number number_of(std::string_view digits, int base) {
  Number value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) refuse("no number", digits);
  return value;
}

/// Servers spell header names in two ways.
void check_head(std::string_view head) {
  cut_head(head, status_ok);
  std::string lowered{head};
  std::ranges::transform(lowered, lowered.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
  });
  for (const std::string_view line :
       {"\r\ncontent-type: text/event-stream", "\r\ntransfer-encoding: chunked\r\n"}) {
    if (lowered.find(line) == std::string::npos) refuse("no chunked event stream", head);
  }
}

}  // namespace

void event_reader::unwrap(std::string_view received) {
  while (!received.empty()) received.remove_prefix(unwrap_some(received));
}

/// Takes what belongs to the current stage; returns how many bytes that were.
std::size_t event_reader::unwrap_some(std::string_view received) {
  if (stage_ != stage::data) return finish_line(received);
  const std::size_t count = std::min(chunk_rest_bytes_, received.size());
  text_ += received.substr(0, count);
  chunk_rest_bytes_ -= count;
  if (chunk_rest_bytes_ == 0) stage_ = stage::data_end;
  return count;
}

std::size_t event_reader::finish_line(std::string_view received) {
  const std::string_view end_of_line = stage_ == stage::head ? "\r\n\r\n" : "\r\n";
  const std::size_t taken = std::min(received.find('\n'), received.size() - 1) + 1;
  line_ += received.substr(0, taken);
  if (!line_.ends_with(end_of_line)) return taken;
  const std::size_t end = line_.size() - end_of_line.size();
  if (stage_ == stage::head) {
    check_head(line_);
    stage_ = stage::size;
  } else if (stage_ == stage::data_end) {
    if (end != 0) refuse("a chunk longer than its size", line_);
    stage_ = stage::size;
  } else {
    chunk_rest_bytes_ = number_of<std::size_t>(std::string_view{line_}.substr(0, end), 16);
    if (chunk_rest_bytes_ == 0) throw std::runtime_error{"the server ended the stream"};
    stage_ = stage::data;
  }
  line_.clear();
  return taken;
}

stream_event event_reader::parse(std::string_view lines) {
  stream_event result;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.starts_with("data: ")) {
      if (!result.data.empty()) refuse("data of several lines", line);
      result.data = line.substr(6);
    } else if (line.starts_with("id: ") && line.find(':', 4) == std::string_view::npos) {
      result.id = number_of<std::uint64_t>(line.substr(4), 10);
    }
  }
  return result;
}

}  // namespace sidewire::bench
