#pragma once

#include <exception>
#include <sidewire/error.hpp>
#include <string_view>

#include "base/log.hpp"

namespace sidewire::rpc {

/// What a caller is told of a fault of the server; the log has the rest.
error internal_error();
/// `server_busy`, to be tried again soon.
error busy(std::string_view why);
/// What an exception of a handler becomes: the error of `call_failed`, a cancelled operation as
/// such, and anything else -32603 with a line in the log.
error to_error(std::exception_ptr thrown, std::string_view method, base::logger& log);

}  // namespace sidewire::rpc
