#include "transports/http/calling_exchange.hpp"

#include <utility>

namespace sidewire::http {

calling_exchange::calling_exchange(responder& to, std::shared_ptr<const principal> who) : to_{to} {
  rpc::caller::authenticated(std::move(who));
}

calling_exchange::~calling_exchange() = default;

void calling_exchange::on_drain_deadline() {
  const error reason{error_kind::request_cancelled, "the server ends"};
  end_calls(&reason);
}

}  // namespace sidewire::http
