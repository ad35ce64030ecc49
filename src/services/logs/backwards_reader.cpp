#include "services/logs/backwards_reader.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

namespace sidewire::services::logs {
namespace {

constexpr std::size_t first_block_bytes = 16 * 1024;
constexpr std::size_t max_block_bytes = 256 * 1024;

const char* last_line_end(const char* text, std::size_t size) {
  if (size == 0) return nullptr;  // the text of an empty buffer may be null
  return static_cast<const char*>(::memrchr(text, '\n', size));
}

}  // namespace

backwards_reader::backwards_reader(const log_file& file, std::uint64_t end)
    : file_{&file}, offset_{end}, block_bytes_{first_block_bytes} {}

std::optional<raw_line> backwards_reader::next() {
  for (;;) {
    const char* const text = buffer_.data();
    const char* const line_end = size_ == 0 ? nullptr : last_line_end(text, size_);
    if (!line_end && offset_ != 0) {
      read_block();
      continue;
    }
    if (!line_end && size_ == 0) return std::nullopt;
    const std::size_t begin = line_end ? static_cast<std::size_t>(line_end - text) + 1 : 0;
    raw_line line{.text = {text + begin, size_ - begin}, .cut = std::exchange(cut_, false)};
    size_ = line_end ? begin - 1 : 0;
    if (line.text.size() > max_line_bytes) {
      line = {.text = line.text.substr(0, max_line_bytes), .cut = true};
    }
    if (!line.cut && line.text.ends_with('\r')) line.text.remove_suffix(1);
    if (!line.text.empty()) return line;
  }
}

/// Puts the block before the buffer's bytes, which are the end of a line, in front of them. Of such
/// a line only the beginning is wanted, so its end is dropped when it is too long.
void backwards_reader::read_block() {
  if (size_ > max_line_bytes) {
    size_ = max_line_bytes;
    cut_ = true;
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes_, offset_));
  block_bytes_ = std::min(2 * block_bytes_, max_block_bytes);
  if (buffer_.size() < wanted + size_) buffer_.resize(block_bytes_ + max_line_bytes);
  std::copy_backward(buffer_.data(), buffer_.data() + size_, buffer_.data() + wanted + size_);
  offset_ -= wanted;
  const std::size_t got = file_->read_at(offset_, {buffer_.data(), wanted});
  read_bytes_ += got;
  if (got == wanted) {
    size_ += got;
  } else {  // the file has shrunk meanwhile: what was after this block is gone
    size_ = got;
    cut_ = false;
  }
}

std::uint64_t end_of_last_line(const log_file& file, std::uint64_t size) {
  std::vector<char> end(static_cast<std::size_t>(std::min<std::uint64_t>(size, max_line_bytes)));
  const std::size_t got = file.read_at(size - end.size(), end);
  const char* const found = last_line_end(end.data(), got);
  if (found) return size - end.size() + static_cast<std::size_t>(found - end.data()) + 1;
  return end.size() == size ? 0 : size;
}

}  // namespace sidewire::services::logs
