#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <unordered_map>

#include "base/limits.hpp"
#include "base/timer_queue.hpp"

namespace sidewire::rpc {

/// What became of a call: a result or an error.
struct call_outcome {
  std::optional<json> result;
  std::optional<error> failure;  ///< absent where there is a result
};
using shared_outcome = std::shared_ptr<const call_outcome>;

/// The calls that were made with an idempotency key, of a whole server: while one runs others join
/// it, and for a while after that they get its answer, so that it runs once however often it is
/// sent. Bounded in count, bytes and age; what runs is never dropped. Any thread.
class keyed_calls {
 public:
  /// A key belongs to a principal and a method.
  struct name {
    std::string principal;
    std::string method;
    std::string key;
    friend bool operator==(const name&, const name&) = default;
  };
  enum class standing : std::uint8_t {
    first,     ///< whoever asks is to run it, and to say `complete`
    joined,    ///< it runs or has run; the listener is told
    conflict,  ///< the key was used with other params
    full,      ///< too many run already
  };
  struct ticket {
    standing where = standing::first;
    std::uint64_t number = 0;  ///< of the listener
  };
  using listener = std::function<void(const shared_outcome&)>;

  explicit keyed_calls(const base::limits& bounds) : bounds_{bounds} {}

  /// `told` is called once, on the thread that completes the call or at once, unless it leaves
  /// before. `params`: whatever tells one call from another. `cancel` is kept where this is the
  /// first: it ends the run from any thread.
  ticket join(const name& which, std::string params, base::time_point now, listener told,
              std::function<void()> cancel);
  /// The call has ended; everybody is told.
  void complete(const name& which, shared_outcome outcome, base::time_point now);
  /// A listener does not wait any more. Where nobody else does, the run is cancelled.
  void leave_and_cancel(const name& which, std::uint64_t listener_number);
  /// A listener is gone; the call runs on.
  void leave(const name& which, std::uint64_t listener_number);

  std::size_t size() const;

 private:
  struct name_hash {
    std::size_t operator()(const name& which) const noexcept;
  };
  struct entry {
    std::string params;
    shared_outcome outcome;  // null while it runs
    base::time_point ended{};
    std::size_t size_bytes = 0;
    std::unordered_map<std::uint64_t, listener> listeners;
    std::function<void()> cancel;
  };
  using entries = std::unordered_map<name, entry, name_hash>;

  void make_room(base::time_point now);
  void drop_oldest();

  const base::limits& bounds_;
  mutable std::mutex mutex_;  // guards all below
  entries entries_;
  std::list<name> ended_;  // the oldest first
  std::size_t size_bytes_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace sidewire::rpc
