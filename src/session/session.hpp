#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/timer_queue.hpp"
#include "pubsub/subscriber.hpp"
#include "rpc/caller.hpp"
#include "rpc/client_requests.hpp"
#include "rpc/environment.hpp"
#include "session/link.hpp"
#include "session/messages.hpp"
#include "session/outbox.hpp"

namespace sidewire::session {

class store;

/// What is known of a session's client from its first message on.
struct client_facts {
  std::optional<client_identity> client;
  format own_format = format::json;  ///< of what the server starts
  bool takes_msgpack = false;
  bool takes_requests = false;
};

/// One logical client, which outlives its connections: counts what comes, keeps what goes until it
/// is acknowledged, and owns its calls. At most one link has it at a time; without one it waits for
/// the resume window. Made, found and ended by the store. Shard.
class session final : public rpc::caller, public pubsub::subscriber {
 public:
  session(store& owner, std::uint64_t number, std::string secret,
          std::shared_ptr<const principal> who, client_facts facts);
  ~session() override;

  std::uint64_t number() const noexcept { return number_; }
  const std::string& secret() const noexcept { return secret_; }
  const client_facts& facts() const noexcept { return facts_; }
  bool is_attached() const noexcept { return link_ != nullptr; }
  /// Null where it has none.
  const link* current_link() const noexcept { return link_; }
  const outbox& sent() const noexcept { return outbox_; }
  base::time_point started() const noexcept { return started_; }
  /// When it came to its link, or lost the last.
  base::time_point since() const noexcept { return since_; }
  /// Everything of the client's up to this number has been handed on.
  std::uint64_t received() const noexcept { return received_; }
  /// Whether it was never used for anything.
  bool is_blank() const noexcept {
    return received_ == 0 && outbox_.last() == 0 && !has_subscriptions();
  }

  /// Its client was heard from beside its link: by a POST.
  void heard(base::time_point now) noexcept { last_heard_ = now; }
  /// Since the start of the clock where never so.
  base::time_point last_heard() const noexcept { return last_heard_; }
  /// The client learns from elsewhere what has been received: from the answer of its POST, or from
  /// a poll's.
  void told_received() noexcept;

  /// Its client asks for a sign of life from beside its link, which gives it.
  void answer_ping();

  /// Counts a message of the client's. True when it is the next, which is to be handed on in the
  /// same step; false when it is known. `number` is at most the next.
  bool take(std::uint64_t number, std::size_t size_bytes);
  /// The client has everything up to `number`. False where that was never sent.
  bool acknowledge(std::uint64_t number);

  /// Whether somebody may do all that its client might until now.
  bool keeps_rights(const principal& now) const noexcept;

  /// `to` has the session from now on; writing goes on after what is acknowledged. It has no other.
  void attach(link& to);
  /// Its link is gone.
  void detach();
  /// Lets go of the link, which is told to close.
  void close_link(std::uint16_t code, std::string_view reason);
  /// The link has room again.
  void link_has_room();

  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override;
  void drop_message() override { outbox_.drop(); }
  bool has_room() const noexcept override;
  bool takes_msgpack() const noexcept override { return facts_.takes_msgpack; }
  format own_format() const noexcept override { return facts_.own_format; }
  rpc::client_requests* requests() override;
  void authenticated(std::shared_ptr<const principal> who) override;
  bool may_become(const principal& who) const noexcept override;
  void authentication_failed() override;
  void calls_ended() override;

  // pubsub::subscriber
  bool takes(std::size_t bytes) const noexcept override;
  void deliver(const base::shared_payload& message) override;
  format form() const noexcept override { return facts_.own_format; }
  const std::shared_ptr<const principal>& who() const noexcept override {
    return rpc::caller::who();
  }

 private:
  friend store;

  void write();
  void write_ack(base::time_point now);
  void window_over(base::time_point now);

  store& store_;
  outbox outbox_;
  link* link_ = nullptr;
  std::uint64_t number_;
  std::uint64_t received_ = 0;
  std::uint64_t told_received_ = 0;  // the last acknowledgement to the client
  std::size_t received_bytes_ = 0;   // since then
  base::time_point last_heard_{};
  base::time_point started_;
  base::time_point since_;
  std::size_t counted_bytes_ = 0;          // by the store, while detached
  bool waits_ = false;                     // among the detached
  std::list<session*>::iterator place_{};  // there
  base::member_timer<session, &session::write_ack> ack_{*this};
  base::member_timer<session, &session::window_over> window_{*this};
  std::string secret_;
  client_facts facts_;
  std::unique_ptr<rpc::client_requests> requests_;
  format under_way_ = format::json;
  mutable bool lacked_room_ = false;
};

}  // namespace sidewire::session
