#include "session/outbox.hpp"

#include <algorithm>
#include <utility>

namespace sidewire::session {

base::buffer& outbox::begin() {
  if (bytes_.capacity_bytes() == 0) bytes_ = memory_.buffers.take();
  under_way_ = bytes_.size();
  return bytes_;
}

void outbox::end(format written_as, forgetting may) {
  push({.begin = bytes_begin_ + under_way_,
        .size_bytes = bytes_.size() - under_way_,
        .written_as = written_as},
       may);
}

void outbox::drop() noexcept {
  bytes_.truncate(under_way_);
}

void outbox::push(base::shared_payload message, forgetting may) {
  const std::size_t size_bytes = message->bytes.size();
  const format written_as = message->written_as;
  push({.size_bytes = size_bytes, .written_as = written_as, .shared = std::move(message)}, may);
}

void outbox::push(outbox_entry entry, forgetting may) {
  size_bytes_ += entry.size_bytes;
  if (entry.shared) shared_bytes_ += entry.size_bytes;
  if (entries_.capacity_bytes() == 0) entries_ = memory_.rings.take();
  entries_.push_back(std::move(entry));
  while (size_bytes_ > max_bytes_ && entries_.size() > 1) {
    if (may == forgetting::written_alone && first_ > written_) return;
    pop_front();
  }
}

void outbox::acknowledge(std::uint64_t number) noexcept {
  acknowledged_ = std::max(acknowledged_, number);
  while (!entries_.empty() && first_ <= number) pop_front();
  if (entries_.empty()) give_memory_back();
}

void outbox::pop_front() noexcept {
  const outbox_entry& oldest = entries_.front();
  size_bytes_ -= oldest.size_bytes;
  if (oldest.shared) {
    shared_bytes_ -= oldest.size_bytes;
  } else {
    bytes_.consume(oldest.size_bytes);
    bytes_begin_ += oldest.size_bytes;
  }
  entries_.pop_front();
  ++first_;
  written_ = std::max(written_, first_ - 1);
}

outbox::message outbox::unwritten() const noexcept {
  const std::uint64_t number = written_ + 1;
  const outbox_entry& entry = entries_[number - first_];
  if (entry.shared) return {number, entry.written_as, entry.shared->bytes};
  return {number, entry.written_as,
          bytes_.view().substr(entry.begin - bytes_begin_, entry.size_bytes)};
}

void outbox::mark_written() noexcept {
  ++written_;
  ever_written_ = std::max(ever_written_, written_);
}

void outbox::shrink_to_fit() {
  if (bytes_.capacity_bytes() <= bytes_.size() + base::buffer::padding) return;
  base::buffer exact;
  exact.append(bytes_.view());
  bytes_ = std::move(exact);
}

void outbox::give_memory_back() {
  memory_.rings.give_back(std::move(entries_));
  memory_.buffers.give_back(std::move(bytes_));
}

}  // namespace sidewire::session
