#pragma once

#include <memory>
#include <sidewire/principal.hpp>

#include "rpc/answer.hpp"
#include "rpc/caller.hpp"
#include "rpc/keyed_calls.hpp"

namespace sidewire::rpc {

class dispatcher;

/// The one run of a call with an idempotency key. It is its own caller, since it goes on when those
/// who wait for it have gone; the dispatcher owns it until it has ended. Its partial results go
/// nowhere, and it has no client to call. Shard.
class keyed_run final : public caller {
 public:
  keyed_run(dispatcher& owner, keyed_calls::name which, std::shared_ptr<const principal> who);
  ~keyed_run() override;

  const keyed_calls::name& which() const noexcept { return which_; }
  /// Where the call's answer goes; once.
  destination make_destination(format as);

  // rpc::caller: its one answer goes to a slot, and it says nothing else.
  base::buffer& begin_message(format) override { return dropped_; }
  void end_message() override { dropped_.release(); }
  void drop_message() override { dropped_.release(); }
  bool has_room() const noexcept override { return true; }
  bool takes_msgpack() const noexcept override { return false; }
  bool may_become(const principal&) const noexcept override { return false; }
  void authentication_failed() override {}

 private:
  void answered(gathering& answer);

  dispatcher& owner_;
  keyed_calls::name which_;
  base::buffer dropped_;
};

}  // namespace sidewire::rpc
