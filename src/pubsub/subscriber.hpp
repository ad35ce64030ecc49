#pragma once

#include <cstddef>
#include <memory>
#include <sidewire/json.hpp>
#include <sidewire/principal.hpp>

#include "base/payload.hpp"

namespace sidewire::pubsub {

class memberships;

/// What a topic needs of whoever it tells: implemented by sessions and by plain connections, not by
/// a one-shot POST. It owns its subscriptions, which end with it. Shard.
///
/// The hub calls these from within its own work: an implementation must neither call the hub from
/// them nor end a subscriber. Whenever something that `takes` has refused may enter again, the
/// implementer calls `hub::catch_up`, in a turn of its own.
class subscriber {
 public:
  subscriber() noexcept;
  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;
  virtual ~subscriber();

  /// Whether a message of so many bytes may enter now: attached, the socket takes bytes, the
  /// outbox has room for it. What may not waits outside, for any time.
  virtual bool takes(std::size_t bytes) const noexcept = 0;
  /// Takes one message, which is sent at the end of the turn. Only after `takes` said yes.
  virtual void deliver(const base::shared_payload& message) = 0;
  /// How this subscriber's publications are written.
  virtual format form() const noexcept = 0;
  /// Never null while it subscribes. When it changes, `hub::reauthorise` is called.
  virtual const std::shared_ptr<const principal>& who() const noexcept = 0;

  /// Whether anything is subscribed to or asked for.
  bool has_subscriptions() const noexcept { return memberships_ != nullptr; }
  /// Names and patterns that it is subscribed to.
  std::size_t subscription_count() const noexcept;

 private:
  friend class hub;

  /// Null without subscriptions.
  std::unique_ptr<memberships> memberships_;
};

}  // namespace sidewire::pubsub
