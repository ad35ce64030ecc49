#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <sidewire/json.hpp>
#include <utility>
#include <vector>

#include "base/buffer.hpp"

namespace sidewire::rpc {

/// The answers of calls that belong together and leave as one message: a batch, or the operations
/// of `batch.execute`. Each call has a slot; what fills the last one completes it. Shard.
class gathering {
 public:
  /// What is written for each call.
  enum class shape : std::uint8_t {
    responses,  ///< whole JSON-RPC responses
    outcomes,   ///< `{"result": …}` or `{"error": …}`
  };
  /// Called each time that a slot was filled.
  using completion = std::function<void(gathering&)>;

  gathering(shape writes, format as, std::size_t count, completion completed)
      : shape_{writes},
        format_{as},
        slots_(count),
        missing_{count},
        completed_{std::move(completed)} {}

  shape writes() const noexcept { return shape_; }
  format written_as() const noexcept { return format_; }
  base::buffer& slot(std::size_t index) { return slots_[index]; }

  enum class outcome : std::uint8_t { done, failed };
  /// The call of a slot was answered, or had nothing to answer. Calls the completion.
  void filled(outcome how);
  bool last_failed() const noexcept { return last_failed_; }
  std::size_t missing_count() const noexcept { return missing_; }

  /// `then` is called by whoever writes the answers, once that is done.
  void when_written(std::function<void()> then) { when_written_.push_back(std::move(then)); }
  std::vector<std::function<void()>> take_when_written() {
    return std::exchange(when_written_, {});
  }

  /// Appends the array of everything that was written; empty slots are left out.
  void write(base::buffer& out) const;
  bool empty() const noexcept;
  std::size_t size_bytes() const noexcept;

 private:
  shape shape_;
  format format_;
  std::vector<base::buffer> slots_;
  std::size_t missing_;
  bool last_failed_ = false;
  completion completed_;
  std::vector<std::function<void()>> when_written_;
};

}  // namespace sidewire::rpc
