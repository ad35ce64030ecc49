#include "transports/http/call_stream.hpp"

#include <optional>
#include <utility>

#include "transports/http/event_writer.hpp"

namespace sidewire::http {

call_stream::call_stream(responder& to, rpc::dispatcher& dispatcher, const decision& made)
    : calling_exchange{to, made.who},
      dispatcher_{dispatcher},
      written_as_{made.written_as},
      takes_msgpack_{accepts_type(to.request().accept, media_type::msgpack)} {}

call_stream::~call_stream() = default;

void call_stream::begin(std::string& body) {
  // The request is gone once the stream begins.
  const std::string key = to_.request().idempotency_key;
  std::string text = std::move(body);
  text.reserve(text.size() + base::buffer::padding);
  rpc::received message = dispatcher_.read(text, written_as_);
  message.idempotency_key = key;
  dispatcher_.run(*this, message);
  if (!is_settled_) begin_events();
}

void call_stream::begin_events() {
  if (std::exchange(has_begun_, true)) return;
  net::host& shared = to_.channel().shared();
  to_.begin_stream(event_stream_head());
  base::buffer beginning = shared.buffers().take();
  write_stream_begin(beginning);
  to_.write_part(beginning.view());
  shared.buffers().give_back(std::move(beginning));
  shared.timers().set(silence_, shared.now() + shared.limits().heartbeat);
}

base::buffer& call_stream::begin_message(format as) {
  message_.clear();
  message_format_ = as;
  return message_;
}

void call_stream::end_message() {
  record(dispatcher_.shared().traffic, rpc::recorded_direction::out, message_format_,
         message_.view());
  begin_events();
  net::host& shared = to_.channel().shared();
  base::buffer event = shared.buffers().take();
  write_message_event(event, std::nullopt, message_format_, message_.view());
  to_.write_part(event.view());
  shared.buffers().give_back(std::move(event));
  shared.timers().set(silence_, shared.now() + shared.limits().heartbeat);
}

void call_stream::settled() {
  if (std::exchange(is_settled_, true)) return;
  silence_.cancel();
  has_begun_ ? to_.end_stream() : to_.respond({.status = 204});
}

void call_stream::keep_alive(base::time_point now) {
  base::buffer comment;
  write_keep_alive(comment);
  to_.write_part(comment.view());
  net::host& shared = to_.channel().shared();
  shared.timers().set(silence_, now + shared.limits().heartbeat);
}

}  // namespace sidewire::http
