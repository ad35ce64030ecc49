#include "load/message_stream.hpp"

#include <cstring>

namespace sidewire::bench {
namespace {

/// Room behind an incomplete message for what follows it.
constexpr std::size_t spare_bytes = 64 * 1024;

}  // namespace

void message_stream::hold(std::string_view incomplete, std::size_t needed_bytes) {
  const bool moves = held_bytes_ != 0;  // it lies in held_ already
  held_bytes_ = incomplete.size();
  if (incomplete.empty()) return;
  const std::ptrdiff_t offset = moves ? incomplete.data() - held_.data() : 0;
  if (held_.size() < needed_bytes + spare_bytes) held_.resize(needed_bytes + spare_bytes);
  std::memmove(held_.data(), moves ? held_.data() + offset : incomplete.data(), held_bytes_);
}

}  // namespace sidewire::bench
