#pragma once

#include <chrono>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <vector>

#include "client/cli/node.hpp"

namespace sidewire::cli {

/// What came of trying one transport.
struct transport_finding {
  using duration = std::chrono::steady_clock::duration;

  client_transport transport = client_transport::websocket;
  std::optional<duration> first_answer = {};  ///< from nothing to the answer to a call
  std::optional<duration> round_trip = {};    ///< of a call after that, the median
  std::optional<error> failure = {};          ///< why there was no answer
  std::optional<duration> cut_after = {};     ///< the connection was lost while nothing was done

  bool works() const noexcept { return first_answer.has_value(); }
};

/// What stands in the way, in words for people; "" where nothing does. `all` are the findings of
/// the same examination, which explain each other.
std::string trouble_of(const transport_finding& one, const std::vector<transport_finding>& all);

/// Whether anything works that has a session.
bool has_session(const std::vector<transport_finding>& all);

/// The findings as rows of a table, and as an object for programs.
node as_rows(const std::vector<transport_finding>& all);
node as_report(const std::string& url, const std::vector<transport_finding>& all);

/// Tries one transport, and then watches its connection without using it for `hold`. Blocks.
transport_finding examine(client_options options, client_transport transport,
                          std::chrono::milliseconds hold);

}  // namespace sidewire::cli
