#include "transports/http/call_exchange.hpp"

#include <utility>

namespace sidewire::http {

call_exchange::call_exchange(responder& to, rpc::dispatcher& dispatcher, const decision& made)
    : calling_exchange{to, made.who},
      dispatcher_{dispatcher},
      written_as_{made.written_as},
      takes_msgpack_{accepts_type(to.request().accept, media_type::msgpack)} {}

call_exchange::~call_exchange() = default;

void call_exchange::begin(std::string& body) {
  rpc::received message = dispatcher_.read(body, written_as_);
  message.idempotency_key = to_.request().idempotency_key;
  dispatcher_.run(*this, message);
}

base::buffer& call_exchange::begin_message(format as) {
  if (answer_.capacity_bytes() == 0) answer_ = to_.channel().shared().buffers().take();
  answer_.clear();
  answer_format_ = as;
  return answer_;
}

void call_exchange::settled() {
  if (std::exchange(is_settled_, true)) return;
  if (answer_.empty()) {
    to_.respond({.status = 204});
  } else {
    record(dispatcher_.shared().traffic, rpc::recorded_direction::out, answer_format_,
           answer_.view());
    to_.respond({.type = answer_format_ == format::json ? media_type::json : media_type::msgpack,
                 .body = answer_.view()});
  }
  to_.channel().shared().buffers().give_back(std::move(answer_));
}

}  // namespace sidewire::http
