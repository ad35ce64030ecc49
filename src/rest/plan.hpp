#pragma once

#include <cstdint>
#include <sidewire/error.hpp>
#include <sidewire/registry.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pubsub/subscription.hpp"

/// What a request of REST comes to, decided from its head alone.
namespace sidewire::rest {

/// What is looked at of a request. Refers to its bytes.
struct request_line {
  std::string_view method;
  std::string_view path;  ///< from `path_prefix` on
  std::string_view query = {};
  std::string_view content_type = {};
  bool has_body = false;
  std::string_view last_event_id = {};
};

/// Answered with problem details.
struct refusal {
  std::uint16_t status;
  error reason;
  std::string_view allow = {};  ///< 405
};
/// `OPTIONS`: 204.
struct listed_methods {
  std::string_view allow;
};
/// A safe method, called by GET or HEAD: its answer may be kept and asked for again.
struct call_by_query {
  const method* called;
  std::string params;  ///< JSON; empty: none
};
/// A method called by POST, with the body as its params.
struct call_by_body {
  const method* called;
};
/// The body names the method.
struct action_by_body {
  std::string service;
};
/// The dashboards of these services, none twice.
struct several_dashboards {
  std::vector<std::string> services;
};
struct topic_stream {
  pubsub::subscribe_request asked;
};

using plan = std::variant<refusal, listed_methods, call_by_query, call_by_body, action_by_body,
                          several_dashboards, topic_stream>;

/// Whether a body is waited for.
inline bool takes_body(const plan& made) noexcept {
  return std::holds_alternative<call_by_body>(made) || std::holds_alternative<action_by_body>(made);
}

plan make_plan(const registry& methods, const request_line& asked);

/// What the body of an action says.
struct named_call {
  std::string method;
  std::string params;  ///< JSON; empty: none
};
result<named_call> read_action(const std::string& service, std::string_view body);

}  // namespace sidewire::rest
