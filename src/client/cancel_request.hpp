#pragma once

#include <sidewire/json.hpp>

#include "client/link.hpp"

namespace sidewire::client {

/// The notification that asks the server to cancel a call.
shared_message cancel_request(exchange_id call, format written_as);

}  // namespace sidewire::client
