#pragma once

#include <cstddef>
#include <cstdint>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "base/payload.hpp"
#include "base/pool.hpp"
#include "base/ring.hpp"

namespace sidewire::session {

/// One message of an outbox: bytes of its own, or a payload that many sessions share.
struct outbox_entry {
  std::uint64_t begin = 0;  ///< own bytes: where they begin, counted since the outbox was made
  std::size_t size_bytes = 0;
  format written_as = format::json;
  base::shared_payload shared = {};
};

/// What the outboxes of one shard borrow their memory from. Outlives them. Shard.
struct outbox_memory {
  base::buffer_pool buffers;
  base::pool<base::ring<outbox_entry>> rings;
};

/// A session's messages to its client, in order and numbered from 1, which is also what it replays:
/// one queue with three marks, acknowledged ≤ written ≤ last. Bounded by the bytes of payload that
/// are not acknowledged; what is forgotten for that can no longer be replayed. Decides nothing
/// about connections. Shard.
class outbox {
 public:
  /// A message as it is to be written. Valid until the outbox changes.
  struct message {
    std::uint64_t number;
    format written_as;
    std::string_view bytes;
  };
  /// Which messages may be forgotten when there are too many bytes.
  enum class forgetting : std::uint8_t { written_alone, any };

  outbox(outbox_memory& memory, std::size_t max_bytes) : memory_{memory}, max_bytes_{max_bytes} {}
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;
  ~outbox() { give_memory_back(); }

  /// Room for one message: append it, then `end` gives it its number, or `drop` takes it back.
  base::buffer& begin();
  void end(format written_as, forgetting may);
  void drop() noexcept;
  /// Takes a message that is ready.
  void push(base::shared_payload message, forgetting may);

  std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  /// The newest that was ever written, to whichever connection.
  std::uint64_t ever_written() const noexcept { return ever_written_; }
  /// 0 before the first.
  std::uint64_t last() const noexcept { return first_ + entries_.size() - 1; }
  std::size_t unacknowledged_bytes() const noexcept { return size_bytes_; }
  /// What it holds of the machine's memory: more than its messages, whose shared ones count in
  /// full.
  std::size_t memory_bytes() const noexcept {
    return bytes_.capacity_bytes() + entries_.capacity_bytes() + shared_bytes_;
  }
  /// Gives back the room for messages to come: nobody is there to take them for a while.
  void shrink_to_fit();
  /// Whether a message of so many bytes enters without anything being forgotten.
  bool has_room_for(std::size_t bytes) const noexcept {
    return entries_.empty() || size_bytes_ + bytes <= max_bytes_;
  }

  /// The client has everything up to `number`, which is at most `ever_written`.
  void acknowledge(std::uint64_t number) noexcept;
  /// Whether everything after `number` is still there.
  bool reaches_back_to(std::uint64_t number) const noexcept { return number + 1 >= first_; }
  /// Writing goes on after `number`, which it reaches back to.
  void rewind_to(std::uint64_t number) noexcept { written_ = number; }

  bool has_unwritten() const noexcept { return written_ != last(); }
  /// The first that is not written yet.
  message unwritten() const noexcept;
  void mark_written() noexcept;

 private:
  void push(outbox_entry entry, forgetting may);
  void pop_front() noexcept;
  void give_memory_back();

  outbox_memory& memory_;
  std::size_t max_bytes_;
  base::ring<outbox_entry> entries_;
  base::buffer bytes_;  // the own bytes of all entries, and of the message under way
  std::size_t size_bytes_ = 0;
  std::size_t shared_bytes_ = 0;   // of those, in shared messages
  std::uint64_t bytes_begin_ = 0;  // where `bytes_` begins, counted since the outbox was made
  std::size_t under_way_ = 0;      // where in `bytes_` the message under way begins
  std::uint64_t first_ = 1;        // the number of the first entry
  std::uint64_t acknowledged_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t ever_written_ = 0;
};

}  // namespace sidewire::session
