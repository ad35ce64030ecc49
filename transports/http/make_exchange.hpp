#pragma once

#include <memory>

#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// The exchange for a request that was decided on, neither refused nor an upgrade. `to` and `where`
/// outlive it.
std::unique_ptr<exchange> make_exchange(responder& to, site& where, const decision& made);

}  // namespace sidewire::http
