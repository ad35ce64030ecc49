#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sidewire::server {

/// Cuts what a launched program prints into lines. A line that is longer than `max_line_bytes` is
/// told in pieces of that size. Not thread-safe.
class line_reader {
 public:
  static constexpr std::size_t max_line_bytes = 8 * 1024;

  /// `on_line` gets each line that is not empty, without its line feed and carriage return.
  explicit line_reader(std::function<void(std::string_view)> on_line);

  void feed(std::string_view bytes);
  /// The rest is a line too.
  void finish();

 private:
  void tell();

  std::function<void(std::string_view)> on_line_;
  std::string line_;
};

}  // namespace sidewire::server
