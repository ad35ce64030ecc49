#include "client/cancel_request.hpp"

#include <string>

#include "codec/message.hpp"

namespace sidewire::client {

shared_message cancel_request(exchange_id call, format written_as) {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = written_as;
  const json params{R"({"id":)" + std::to_string(call) + '}'};
  codec::write_notification(made->text, written_as, "$/cancelRequest", json_view{params});
  return made;
}

}  // namespace sidewire::client
