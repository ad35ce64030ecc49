#pragma once

#include <chrono>
#include <optional>
#include <sidewire/client.hpp>

#include "client/cli/arguments.hpp"
#include "client/cli/connection_notes.hpp"
#include "client/cli/console.hpp"
#include "client/cli/exit_code.hpp"
#include "client/cli/interrupt.hpp"

namespace sidewire::cli {

/// The commands, over a client that is connected.

exit_code run_call(const arguments& given, const std::optional<json>& params, rpc_client& client,
                   console& shown, interrupt& stop);
exit_code run_discover(const arguments& given, rpc_client& client, console& shown);
/// Until the interrupt, or until the subscription or `client` ends, whose state `notes` are told.
exit_code run_subscribe(const arguments& given, rpc_client& client, console& shown, interrupt& stop,
                        connection_notes& notes);
exit_code run_ping(const arguments& given, rpc_client& client, console& shown, interrupt& stop);

/// Makes the calls of a recording again. 0 where none that was answered then fails now.
exit_code run_replay(const arguments& given, rpc_client& client, console& shown, interrupt& stop);

/// Connects by itself, over each transport. 0 where one that has a session works.
exit_code run_doctor(const arguments& given, client_options options, console& shown);

/// How long a call, and a command that tries the connection, waits where nothing else is asked for.
inline constexpr std::chrono::milliseconds call_timeout{30'000};
inline constexpr std::chrono::milliseconds probe_timeout{5'000};

/// Options of a call by the command line's time limit; `usual` holds where it says nothing.
call_options options_of(const arguments& given, std::chrono::milliseconds usual);

}  // namespace sidewire::cli
