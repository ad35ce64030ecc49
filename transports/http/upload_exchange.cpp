#include "transports/http/upload_exchange.hpp"

#include <string>
#include <variant>

#include "protocol/close_code.hpp"
#include "session/link.hpp"
#include "transports/http/session_request.hpp"

namespace sidewire::http {

namespace {

/// The session that a request speaks of. Null where it was answered or has gone to another shard.
session::session* find_session(responder& to, site& where, const principal& who) {
  const auto claimed = where.sessions.find(session_token(to.request()));
  if (const auto* other = std::get_if<session::store::elsewhere>(&claimed)) {
    to.move_to(other->shard);
    return nullptr;
  }
  const auto* found = std::get_if<session::session*>(&claimed);
  if (found == nullptr) {
    to.refuse(404, "the session is no more");
    return nullptr;
  }
  if (!(*found)->may_become(who)) {
    to.refuse(403, "the session is somebody else's");
    return nullptr;
  }
  return *found;
}

void end(session::store& sessions, session::session& over) {
  over.close_link(protocol::close_code::normal, "the client ended the session");
  sessions.end(over);
}

}  // namespace

void upload_exchange::begin(std::string& body) {
  session::session* const of = find_session(to_, site_, *who_);
  if (of == nullptr) return;
  const auto brought = site_.envelopes.read(body);
  if (!brought) return to_.refuse(400, brought.error().message());
  take(*of, *brought);
}

void upload_exchange::take(session::session& of, const session::envelope& brought) {
  if (brought.received.value_or(0) > of.sent().ever_written()) {
    return to_.refuse(400, "received is more than was ever sent");
  }
  of.heard(to_.channel().shared().now());
  if (brought.received) of.acknowledge(*brought.received);
  if (!brought.messages.empty() && brought.first > of.received() + 1) {
    return answer(409, of.received());
  }
  std::uint64_t number = brought.first;
  for (const auto& message : brought.messages) {
    if (!of.take(number++, message.text.size())) continue;
    // What runs of it may end the session: then nothing more of it is taken.
    site_.dispatcher.handle(of, message.text, message.written_as);
    if (!site_.sessions.has(of)) return to_.refuse(404, "the session is no more");
  }
  of.told_received();
  const std::uint64_t received = of.received();
  if (brought.has_ping) of.answer_ping();
  if (brought.has_end) end(site_.sessions, of);
  answer(202, received);
}

void upload_exchange::answer(unsigned status, std::uint64_t received) {
  const std::string body = "{\"received\":" + std::to_string(received) + '}';
  to_.respond({.status = status, .body = body});
}

void end_exchange::begin(std::string&) {
  session::session* const over = find_session(to_, site_, *who_);
  if (over == nullptr) return;
  end(site_.sessions, *over);
  to_.respond({.status = 202, .body = "{}"});
}

}  // namespace sidewire::http
