#include "rpc/caller_handle.hpp"

#include "codec/decode.hpp"
#include "codec/message.hpp"
#include "rpc/caller.hpp"
#include "rpc/client_requests.hpp"

namespace sidewire {

void detail::decode_answer(json_view answer, const type_description& type, void* into) {
  if (auto fits = codec::decode(answer, type, into); !fits) throw call_failed{fits.error()};
}

namespace rpc {

std::shared_ptr<caller_handle> caller_handle::of_nobody() {
  return std::make_shared<caller_handle>(nullptr);
}

awaitable<json> caller_handle::send_request(std::string_view method, const type_description& type,
                                            const void* params, std::chrono::milliseconds timeout) {
  client_requests* const table = owner_ == nullptr ? nullptr : owner_->requests();
  if (table == nullptr) {
    throw call_failed{error{error_kind::unavailable, "the client takes no requests"}};
  }
  return table->send(method, type, params, timeout);
}

void caller_handle::send_notification(std::string_view notification, const type_description& type,
                                      const void* params) {
  if (owner_ == nullptr || owner_->delivery() == progress_delivery::gathered) return;
  const format as = owner_->own_format();
  codec::write_notification(owner_->begin_message(as), as, notification, &type, params);
  owner_->end_message();
}

}  // namespace rpc

}  // namespace sidewire
