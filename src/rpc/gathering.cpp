#include "rpc/gathering.hpp"

#include "codec/message.hpp"

namespace sidewire::rpc {

void gathering::filled(outcome how) {
  last_failed_ = how == outcome::failed;
  --missing_;
  completed_(*this);
}

bool gathering::empty() const noexcept {
  return size_bytes() == 0;
}

std::size_t gathering::size_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& slot : slots_) total += slot.size();
  return total;
}

void gathering::write(base::buffer& out) const {
  std::size_t count = 0;
  for (const auto& slot : slots_) count += slot.empty() ? 0 : 1;
  codec::write_batch_begin(out, format_, count);
  bool first = true;
  for (const auto& slot : slots_) {
    if (slot.empty()) continue;
    if (!first) codec::write_separator(out, format_);
    first = false;
    out.append(slot.view());
  }
  codec::write_batch_end(out, format_);
}

}  // namespace sidewire::rpc
