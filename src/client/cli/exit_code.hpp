#pragma once

#include <cstdint>
#include <sidewire/error.hpp>

namespace sidewire::cli {

/// What a script learns from the exit status. Documented in docs/cli.md and `--help`.
enum class exit_code : std::uint8_t {
  ok = 0,
  failed = 1,             ///< the call was answered with an error
  usage = 2,              ///< the command line, the params or a file are wrong
  unavailable = 3,        ///< no connection, or what the call needs is away
  not_authenticated = 4,  ///< the token is missing, wrong or not enough
  timed_out = 5,
  outcome_unknown = 6,  ///< the connection ended after the call was sent: it may have run
  interrupted = 130,    ///< Ctrl-C; the call was cancelled
};

inline exit_code exit_code_of(error_kind kind) {
  switch (kind) {
    case error_kind::unavailable:
      return exit_code::unavailable;
    case error_kind::not_authenticated:
    case error_kind::forbidden:
      return exit_code::not_authenticated;
    case error_kind::deadline_exceeded:
      return exit_code::timed_out;
    case error_kind::outcome_unknown:
      return exit_code::outcome_unknown;
    default:
      return exit_code::failed;
  }
}

}  // namespace sidewire::cli
