#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <sidewire/principal.hpp>
#include <unordered_map>
#include <vector>

#include "base/buffer.hpp"
#include "protocol/id.hpp"
#include "rpc/recorder.hpp"

namespace sidewire::rpc {

class async_call;
class caller_handle;
class client_requests;

/// How a caller wants the partial results of a call.
enum class progress_delivery : std::uint8_t {
  notified,  ///< as `$/progress` notifications
  gathered,  ///< in the result, `{items, result}`: a one-shot POST
};

/// One party that calls methods, as the dispatcher sees it: a connection without a session, a
/// one-shot POST, or a session. It owns its calls in flight; they end with it. Shard.
class caller {
 public:
  caller() = default;
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;
  virtual ~caller();

  /// Room for one message to the caller: append it, then `end_message` sends it at the end of the
  /// turn, or `drop_message` takes it back. Nothing else of the caller's is used in between.
  virtual base::buffer& begin_message(format as) = 0;
  virtual void end_message() = 0;
  virtual void drop_message() = 0;
  /// Whether more can be sent without waiting; otherwise `made_room` is called when it can.
  virtual bool has_room() const noexcept = 0;
  virtual progress_delivery delivery() const noexcept { return progress_delivery::notified; }
  /// Whether answers may be MessagePack where JSON was not enough.
  virtual bool takes_msgpack() const noexcept = 0;

  /// Null until the caller has authenticated.
  const std::shared_ptr<const principal>& who() const noexcept { return who_; }
  /// `auth.authenticate` succeeded.
  virtual void authenticated(std::shared_ptr<const principal> who) { who_ = std::move(who); }
  /// A notification failed to authenticate: nobody can be told, so the connection ends (4500).
  virtual void authentication_failed() = 0;
  /// Whether its calls may go on as somebody else's.
  virtual bool may_become(const principal&) const noexcept { return true; }
  /// Of messages that the server starts by itself.
  virtual format own_format() const noexcept { return format::json; }
  /// For calling the caller. Null where it takes no requests.
  virtual client_requests* requests() { return nullptr; }
  /// A message had nothing to answer, or its last answer was written.
  virtual void settled() {}
  /// The last call in flight has ended.
  virtual void calls_ended() {}

  /// The caller for whoever may outlive it.
  const std::shared_ptr<caller_handle>& as_peer();

  /// Tells the recorder, where there is one, of a message of this caller's.
  void record(recorder* traffic, recorded_direction direction, format as,
              std::string_view message) {
    if (traffic == nullptr) [[likely]]
      return;
    if (number_ == 0) number_ = traffic->number_caller();
    traffic->record(number_, direction, as, message);
  }

  /// Calls whose handlers have not ended, answered or not.
  std::size_t running_count() const noexcept { return running_count_; }
  bool has_calls() const noexcept { return calls_ && !calls_->all.empty(); }
  async_call* find(const protocol::id_view& id) const noexcept;
  /// Every call in flight ends: answered with `reason`, or silently where none is given; those
  /// leave the caller at once, without `calls_ended`.
  void end_calls(const error* reason);

 protected:
  /// To be called when `has_room` has become true again.
  void made_room();

 private:
  friend async_call;

  std::shared_ptr<const principal> who_;
  /// Calls without an id, such as notifications, among them. Made when there is one.
  struct calls {
    std::unordered_map<protocol::id_view, async_call*, protocol::id_hash> by_id;
    std::vector<std::shared_ptr<async_call>> all;
  };
  std::unique_ptr<calls> calls_;
  std::shared_ptr<caller_handle> handle_;
  std::size_t running_count_ = 0;
  std::uint64_t number_ = 0;  // of its recorder's
};

}  // namespace sidewire::rpc
