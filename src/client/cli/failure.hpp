#pragma once

#include <sidewire/client.hpp>
#include <string>
#include <string_view>

#include "client/cli/console.hpp"
#include "client/cli/exit_code.hpp"

namespace sidewire::cli {

/// An error as one line: message, place, kind and code.
std::string describe_failure(const error& reason);

/// What a person can do about it; "" where nothing is known.
std::string advice_for(const error& reason);

/// Tells people why a call failed and what to do, asking the server for the names and parameters
/// that it has where those were wrong. `client` may be null.
exit_code report_failure(console& shown, const error& reason, std::string_view method,
                         rpc_client* client);

}  // namespace sidewire::cli
