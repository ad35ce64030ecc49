#include "transports/http/make_exchange.hpp"

#include "transports/http/call_exchange.hpp"
#include "transports/http/call_stream.hpp"
#include "transports/http/console_exchange.hpp"
#include "transports/http/event_link.hpp"
#include "transports/http/negotiate_exchange.hpp"
#include "transports/http/page_exchange.hpp"
#include "transports/http/poll_exchange.hpp"
#include "transports/http/rest_exchange.hpp"
#include "transports/http/upload_exchange.hpp"

namespace sidewire::http {

std::unique_ptr<exchange> make_exchange(responder& to, site& where, const decision& made) {
  switch (made.what) {
    case action::call:
      return std::make_unique<call_exchange>(to, where.dispatcher, made);
    case action::call_stream:
      return std::make_unique<call_stream>(to, where.dispatcher, made);
    case action::events:
      return std::make_unique<event_link>(to, where, made);
    case action::poll:
      return std::make_unique<poll_exchange>(to, where, made);
    case action::upload:
      return std::make_unique<upload_exchange>(to, where, made);
    case action::end_session:
      return std::make_unique<end_exchange>(to, where, made);
    case action::negotiate:
      return std::make_unique<negotiate_exchange>(to, where);
    case action::console_file:
      return std::make_unique<console_exchange>(to, *made.page_file);
    case action::rest:
    case action::rest_body:
      return make_rest_exchange(to, where, made);
    case action::preflight:
    case action::health:
    case action::readiness:
    case action::openrpc:
    case action::openapi:
    case action::metrics:
    case action::refuse:
    case action::upgrade:
      break;
  }
  return std::make_unique<page_exchange>(to, where, made.what);
}

}  // namespace sidewire::http
