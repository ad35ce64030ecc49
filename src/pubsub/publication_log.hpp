#pragma once

#include <cstdint>
#include <deque>
#include <sidewire/topic.hpp>

#include "pubsub/publication.hpp"

namespace sidewire::pubsub {

/// Publications of one topic without gaps, and where its history begins among them. Whoever owns it
/// may keep older ones than the history has, and says what goes. Shard.
class publication_log {
 public:
  /// `bounds` must outlive the log.
  explicit publication_log(const history_options& bounds) : bounds_{bounds} {}

  /// Forgets everything; the next publication is `next`.
  void begin_at(std::uint64_t next);
  /// `added` is the next one.
  void push(shared_publication added);
  /// Puts the history's bound on age into effect.
  void age(base::time_point now);
  /// Forgets what stands before `offset`, but nothing of the history.
  void drop_before(std::uint64_t offset);
  /// Forgets the oldest, but nothing of the history, until no more than so many bytes are left.
  void drop_beyond(std::size_t max_bytes);

  /// The oldest that is there; `end` where none is.
  std::uint64_t first() const noexcept { return end_ - kept_.size(); }
  /// The oldest of the history; `end` where it has none.
  std::uint64_t history_first() const noexcept { return history_first_; }
  /// The next one.
  std::uint64_t end() const noexcept { return end_; }
  std::size_t size_bytes() const noexcept { return size_bytes_; }
  /// One that is there.
  const shared_publication& at(std::uint64_t offset) const noexcept {
    return kept_[offset - first()];
  }

 private:
  void shrink_history();

  const history_options& bounds_;
  std::deque<shared_publication> kept_;
  std::uint64_t end_ = 1;
  std::uint64_t history_first_ = 1;
  std::size_t size_bytes_ = 0;
  std::size_t history_bytes_ = 0;
};

}  // namespace sidewire::pubsub
