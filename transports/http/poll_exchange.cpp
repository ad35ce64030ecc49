#include "transports/http/poll_exchange.hpp"

#include <algorithm>
#include <utility>

#include "transports/http/session_request.hpp"
#include "transports/net/peer_address.hpp"

namespace sidewire::http {

poll_exchange::~poll_exchange() {
  if (link_ != nullptr) link_->give_up(*this);
}

void poll_exchange::begin(std::string&) {
  const auto asked = read_open_params(to_.request());
  if (!asked) return to_.refuse(400, asked.error().message());
  const auto patience = read_poll(to_.request());
  if (!patience) return to_.refuse(400, patience.error().message());
  if (follow(*asked, patience->value_or(std::chrono::milliseconds{0}))) return;
  if (site_.draining) return to_.refuse(503, "the server ends");
  open(*asked);
}

/// Whether it was the next poll of a session that is on poll, and was taken or refused as such.
bool poll_exchange::follow(const session::open_params& asked, std::chrono::milliseconds patience) {
  if (!asked.resume_token || patience == std::chrono::milliseconds{0}) return false;
  const auto claimed = site_.sessions.find(*asked.resume_token);
  const auto* found = std::get_if<session::session*>(&claimed);
  if (found == nullptr) return false;
  session::session& known = **found;
  poll_link* const link = site_.polls.find(known);
  if (link == nullptr || !known.may_become(*who_) || !known.keeps_rights(*who_)) return false;
  net::host& shared = to_.channel().shared();
  link_ = link;
  switch (link->follow(*this, asked.received.value_or(0),
                       shared.now() + std::min(patience, shared.limits().max_poll))) {
    case poll_link::verdict::held:
      break;
    case poll_link::verdict::never_sent:
      link_ = nullptr;
      to_.refuse(400, "received is more than was ever sent");
      break;
    case poll_link::verdict::late:
      link_ = nullptr;
      to_.refuse(409, "received is less than was acknowledged");
      break;
  }
  return true;
}

void poll_exchange::open(const session::open_params& asked) {
  poll_link& link = site_.polls.make();
  link_ = &link;
  link.open(*this);
  const auto opened = site_.sessions.open(asked, facts_of(asked), who_, link);
  if (const auto* made = std::get_if<session::session*>(&opened)) return link.opened(**made);
  link_ = nullptr;
  site_.polls.remove(link);
  if (const auto* refused = std::get_if<session::store::refusal>(&opened)) {
    return to_.refuse(status_of_close(refused->code), refused->reason);
  }
  to_.move_to(std::get<session::store::elsewhere>(opened).shard);
}

void poll_exchange::answer(std::string_view envelope) {
  link_ = nullptr;
  to_.respond({.body = envelope});
}

std::string poll_exchange::address() const {
  return net::to_string(to_.channel().peer());
}

void poll_exchange::on_drain(std::chrono::milliseconds patience) {
  if (link_ != nullptr) link_->drain(patience);
}

void poll_exchange::on_drain_deadline() {
  if (link_ != nullptr) link_->drain_deadline();
}

}  // namespace sidewire::http
