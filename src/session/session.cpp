#include "session/session.hpp"

#include <algorithm>
#include <utility>

#include "protocol/close_code.hpp"
#include "pubsub/hub.hpp"
#include "session/store.hpp"

namespace sidewire::session {

namespace {

/// The client is told what arrived after so many messages, or this long after the first of them.
constexpr std::uint64_t max_unacknowledged_count = 32;
constexpr std::chrono::milliseconds acknowledgement_delay{500};

}  // namespace

session::session(store& owner, std::uint64_t number, std::string secret,
                 std::shared_ptr<const principal> who, client_facts facts)
    : store_{owner},
      outbox_{owner.memory(), owner.shared().limits.resume_buffer_bytes},
      number_{number},
      started_{owner.shared().now()},
      since_{started_},
      secret_{std::move(secret)},
      facts_{std::move(facts)} {
  rpc::caller::authenticated(std::move(who));
}

session::~session() = default;

bool session::take(std::uint64_t number, std::size_t size_bytes) {
  if (number <= received_) return false;
  ++received_;
  received_bytes_ += size_bytes;
  rpc::environment& shared = store_.shared();
  if (received_ - told_received_ >= max_unacknowledged_count ||
      received_bytes_ >= shared.limits.resume_buffer_bytes / 2) {
    write_ack({});
  } else if (!ack_.is_set()) {
    shared.timers.set(ack_, shared.now() + acknowledgement_delay);
  }
  return true;
}

void session::write_ack(base::time_point) {
  if (link_ == nullptr || told_received_ == received_) return;
  told_received();
  link_->notify(method::ack, ack_params{received_});
}

void session::told_received() noexcept {
  told_received_ = received_;
  received_bytes_ = 0;
  ack_.cancel();
}

void session::answer_ping() {
  if (link_ != nullptr) link_->notify(method::pong);
}

bool session::acknowledge(std::uint64_t number) {
  if (number > outbox_.ever_written()) return false;
  outbox_.acknowledge(number);
  if (lacked_room_) link_has_room();
  return true;
}

void session::attach(link& to) {
  if (link_ != &to) since_ = store_.shared().now();
  link_ = &to;
  told_received();
  outbox_.rewind_to(outbox_.acknowledged());
  write();
  link_has_room();
}

void session::detach() {
  link_ = nullptr;
  ack_.cancel();
}

void session::close_link(std::uint16_t code, std::string_view reason) {
  link* const left = std::exchange(link_, nullptr);
  ack_.cancel();
  if (left != nullptr) left->close(code, reason);
}

void session::link_has_room() {
  if (link_ == nullptr) return;
  lacked_room_ = false;
  write();
  made_room();
  pubsub::hub* const topics = store_.shared().topics;
  if (topics != nullptr && has_subscriptions()) topics->catch_up(*this);
}

base::buffer& session::begin_message(format as) {
  under_way_ = as;
  return outbox_.begin();
}

void session::end_message() {
  using forgetting = outbox::forgetting;
  outbox_.end(under_way_, is_attached() ? forgetting::written_alone : forgetting::any);
  if (is_attached()) {
    write();
  } else {
    store_.recount(*this);
  }
}

void session::write() {
  while (link_ != nullptr && outbox_.has_unwritten() && link_->takes_messages()) {
    const outbox::message next = outbox_.unwritten();
    record(store_.shared().traffic, rpc::recorded_direction::out, next.written_as, next.bytes);
    link_->send(next.number, next.written_as, next.bytes);
    outbox_.mark_written();
  }
}

bool session::has_room() const noexcept {
  const bool room = link_ != nullptr && link_->has_room() &&
                    outbox_.unacknowledged_bytes() < store_.shared().limits.resume_buffer_bytes / 2;
  if (!room) lacked_room_ = true;
  return room;
}

bool session::takes(std::size_t bytes) const noexcept {
  const bool enters = link_ != nullptr && link_->has_room() && outbox_.has_room_for(bytes);
  if (!enters) lacked_room_ = true;
  return enters;
}

void session::deliver(const base::shared_payload& message) {
  outbox_.push(message, outbox::forgetting::written_alone);
  write();
}

rpc::client_requests* session::requests() {
  if (!facts_.takes_requests) return nullptr;
  if (!requests_) requests_ = std::make_unique<rpc::client_requests>(store_.shared(), *this);
  return requests_.get();
}

bool session::keeps_rights(const principal& now) const noexcept {
  const auto has = [&now](std::string_view scope) {
    return std::ranges::find(now.scopes, scope) != now.scopes.end();
  };
  return has("admin") || std::ranges::all_of(who()->scopes, has);
}

void session::authenticated(std::shared_ptr<const principal> who) {
  rpc::caller::authenticated(std::move(who));
  pubsub::hub* const topics = store_.shared().topics;
  if (topics != nullptr && has_subscriptions()) topics->reauthorise(*this);
}

bool session::may_become(const principal& other) const noexcept {
  return other.name == who()->name;
}

void session::authentication_failed() {
  close_link(protocol::close_code::not_authenticated, "the token is wrong");
  store_.end(*this);
}

void session::calls_ended() {
  if (link_ != nullptr) link_->calls_ended();
}

void session::window_over(base::time_point) {
  store_.end(*this);
}

}  // namespace sidewire::session
