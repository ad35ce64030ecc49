#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "services/logs/entry.hpp"

namespace sidewire::services::logs {

/// Makes lines of bytes that arrive in pieces; an unfinished line is held back. Holds at most
/// `max_line_bytes`. Empty lines are left out. Not thread-safe.
class line_assembler {
 public:
  /// Calls `sink(raw_line)` for each line that `bytes` ends; the line is valid during the call.
  template <class Sink>
  void feed(std::string_view bytes, Sink&& sink) {
    for (;;) {
      const std::size_t end = bytes.find('\n');
      hold(bytes.substr(0, end));
      if (end == std::string_view::npos) return;
      finish(sink);
      bytes.remove_prefix(end + 1);
    }
  }

  /// Gives out the unfinished line, which nobody will finish.
  template <class Sink>
  void finish(Sink&& sink) {
    const bool cut = std::exchange(cut_, false);
    if (!cut && unfinished_.ends_with('\r')) unfinished_.pop_back();
    if (!unfinished_.empty()) sink(raw_line{.text = unfinished_, .cut = cut});
    unfinished_.clear();
  }

  /// Forgets the unfinished line.
  void reset() {
    unfinished_.clear();
    cut_ = false;
  }

 private:
  void hold(std::string_view bytes) {
    const std::size_t room = max_line_bytes - unfinished_.size();
    if (bytes.size() > room) cut_ = true;
    unfinished_.append(bytes.substr(0, room));
  }

  std::string unfinished_;
  bool cut_ = false;
};

}  // namespace sidewire::services::logs
