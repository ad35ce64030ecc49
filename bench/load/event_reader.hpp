#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sidewire::bench {

/// One event of a stream: the line of data, and the number in its id, 0 without one.
struct stream_event {
  std::string_view data;
  std::uint64_t id = 0;
};

/// Reads an event stream in whatever pieces it comes: the response's head, then chunks, then events
/// (HTML standard, 9.2.6) of one line of data, which is what all contestants send. Not thread-safe.
class event_reader {
 public:
  /// Gives each event that has come whole to `take(const stream_event&)`, valid until it returns.
  /// Throws std::runtime_error on anything but a chunked event stream, and at its end.
  template <class Take>
  void read(std::string_view received, const Take& take) {
    unwrap(received);
    std::size_t begin = 0;
    for (;;) {
      const std::size_t end = text_.find("\n\n", begin);
      if (end == std::string::npos) break;
      const stream_event next = parse(std::string_view{text_}.substr(begin, end - begin));
      if (!next.data.empty()) take(next);
      begin = end + 2;
    }
    text_.erase(0, begin);
  }

  /// Whether the response's head has come.
  bool has_begun() const { return stage_ != stage::head; }

 private:
  enum class stage : std::uint8_t { head, size, data, data_end };

  void unwrap(std::string_view received);
  std::size_t unwrap_some(std::string_view received);
  std::size_t finish_line(std::string_view received);
  static stream_event parse(std::string_view lines);

  stage stage_ = stage::head;
  std::string line_;                  // of the head, or a chunk's size, as far as it has come
  std::size_t chunk_rest_bytes_ = 0;  // that the current chunk still brings
  std::string text_;                  // events that have not come whole
};

}  // namespace sidewire::bench
