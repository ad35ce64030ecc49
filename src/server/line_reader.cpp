#include "server/line_reader.hpp"

#include <algorithm>
#include <utility>

namespace sidewire::server {

line_reader::line_reader(std::function<void(std::string_view)> on_line)
    : on_line_{std::move(on_line)} {}

void line_reader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t line_end = std::min(bytes.find('\n'), bytes.size());
    const std::size_t taken = std::min(line_end, max_line_bytes - line_.size());
    line_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    const bool is_ended = !bytes.empty() && bytes.front() == '\n';
    if (is_ended) bytes.remove_prefix(1);
    if (is_ended || line_.size() == max_line_bytes) tell();
  }
}

void line_reader::finish() {
  tell();
}

void line_reader::tell() {
  if (line_.ends_with('\r')) line_.pop_back();
  if (!line_.empty()) on_line_(line_);
  line_.clear();
}

}  // namespace sidewire::server
