#include "transports/http/topic_stream.hpp"

#include <utility>

#include "transports/http/event_writer.hpp"
#include "transports/http/rest_exchange.hpp"

namespace sidewire::http {

topic_stream::topic_stream(responder& to, site& where, std::shared_ptr<const principal> who,
                           pubsub::subscribe_request asked)
    : to_{to},
      site_{where},
      topics_{*where.dispatcher.shared().topics},
      who_{std::move(who)},
      asked_{std::move(asked)},
      events_{asked_} {}

topic_stream::~topic_stream() = default;

void topic_stream::begin(std::string&) {
  if (site_.draining) return end();
  topics_.subscribe(*this, asked_, [this](const result<std::vector<pubsub::topic_start>>& outcome) {
    subscribed(outcome);
  });
}

void topic_stream::subscribed(const result<std::vector<pubsub::topic_start>>& outcome) {
  if (phase_ != phase::asking) return;
  if (!outcome) {
    phase_ = phase::over;
    return respond_problem(to_, outcome.error());
  }
  begin_stream(*outcome);
  topics_.begin(*this, asked_.topic);
}

void topic_stream::begin_stream(const std::vector<pubsub::topic_start>& starts) {
  phase_ = phase::streaming;
  to_.begin_stream(event_stream_head());
  base::buffer out = to_.channel().shared().buffers().take();
  write_stream_begin(out);
  const auto missed = events_.begin(starts);
  if (const std::string id = events_.id(); !id.empty()) write_event_id(out, id);
  for (const base::shared_payload& notice : missed) write(notice, out);
  send(out);
}

bool topic_stream::takes(std::size_t) const noexcept {
  return phase_ == phase::streaming && to_.channel().has_room();
}

void topic_stream::deliver(const base::shared_payload& message) {
  base::buffer out = to_.channel().shared().buffers().take();
  write(message, out);
  send(out);
  if (events_.is_over()) end();
}

void topic_stream::write(const base::shared_payload& message, base::buffer& out) {
  const rest::topic_event event = events_.next(message->bytes);
  write_event(out, event.type, event.id, event.data);
}

void topic_stream::send(base::buffer& out) {
  net::host& shared = to_.channel().shared();
  to_.write_part(out.view());
  shared.buffers().give_back(std::move(out));
  shared.timers().set(silence_, shared.now() + shared.limits().heartbeat);
}

void topic_stream::keep_alive(base::time_point) {
  base::buffer out;
  write_keep_alive(out);
  send(out);
}

void topic_stream::on_half_close() {
  net::host& shared = to_.channel().shared();
  if (phase_ == phase::streaming) shared.timers().set(silence_, shared.now() + probe_delay);
}

void topic_stream::on_room() {
  topics_.catch_up(*this);
}

void topic_stream::on_drain(std::chrono::milliseconds) {
  // Its client comes back by itself, and goes on where it was.
  end();
}

void topic_stream::end() {
  silence_.cancel();
  const phase was = std::exchange(phase_, phase::over);
  if (was == phase::streaming) return to_.end_stream();
  if (was != phase::asking) return;
  error reason{error_kind::server_busy, "the server ends"};
  respond_problem(to_, reason.retry_after(std::chrono::seconds{1}));
}

}  // namespace sidewire::http
