#include "rest/plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/decode.hpp"
#include "rest/problem.hpp"
#include "rest/query.hpp"
#include "rest/route.hpp"
#include "rest/stream_request.hpp"

namespace sidewire::rest {

namespace {

struct action_body {
  std::string action;
  std::optional<json> params;
};
BOOST_DESCRIBE_STRUCT(action_body, (), (action, params))

/// The query of `multi/dashboard`.
struct dashboards_query {
  std::optional<std::vector<std::string>> services;
};
BOOST_DESCRIBE_STRUCT(dashboards_query, (), (services))

refusal refused(error reason) {
  const std::uint16_t status = status_of(reason.kind());
  return {.status = status, .reason = std::move(reason)};
}

constexpr char lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                              : character;
}

/// Whether a body of this Content-Type is JSON.
bool is_json_type(std::string_view content_type) {
  constexpr std::string_view json_type = "application/json";
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return std::ranges::equal(type, json_type, {}, lower);
}

plan plan_of_get(const method& called, const std::vector<query_parameter>& query) {
  if (query.empty()) return call_by_query{&called, {}};
  auto params = params_of_query(query, called.params);
  if (!params) return refused(std::move(params).error());
  return call_by_query{&called, *std::move(params)};
}

void add_services(std::vector<std::string>& services, std::string_view list) {
  while (!list.empty()) {
    std::string name{take_front(list, ',')};
    const bool is_known = std::ranges::find(services, name) != services.end();
    if (!name.empty() && !is_known) services.push_back(std::move(name));
  }
}

plan plan_of_dashboards(const registry& methods, const std::vector<query_parameter>& query) {
  const type_description& type = describe<dashboards_query>();
  const auto params = params_of_query(query, &type);
  if (!params) return refused(params.error());
  dashboards_query given;
  const auto outcome = codec::decode(json_view{*params, format::json}, type, &given,
                                     codec::unknown_members::refused);
  if (!outcome) return refused(outcome.error());
  several_dashboards wanted;
  for (const std::string& list : given.services.value_or(std::vector<std::string>{})) {
    add_services(wanted.services, list);
  }
  if (!wanted.services.empty()) return wanted;
  for (const method* one : methods.all()) {
    const std::string_view service = dashboard_service(*one);
    if (!service.empty()) wanted.services.emplace_back(service);
  }
  return wanted;
}

plan plan_of_body(const route& found, const request_line& asked) {
  if (asked.has_body && !is_json_type(asked.content_type)) {
    return refusal{415,
                   error{error_kind::invalid_request, "expected Content-Type application/json"}};
  }
  const auto query = read_query(asked.query);
  if (!query) return refused(query.error());
  if (!query->empty()) {
    return refused(error{error_kind::invalid_params,
                         "expected the params in the body, which is a JSON object"});
  }
  if (found.what == target::action) return action_by_body{found.name};
  return call_by_body{found.called};
}

plan plan_of_read(const registry& methods, route found, const request_line& asked) {
  const auto query = read_query(asked.query);
  if (!query) return refused(query.error());
  switch (found.what) {
    case target::method:
      return plan_of_get(*found.called, *query);
    case target::dashboards:
      return plan_of_dashboards(methods, *query);
    default:
      break;
  }
  auto stream = read_stream_request(found.name, *query, asked.last_event_id);
  if (!stream) return refused(stream.error());
  return topic_stream{*std::move(stream)};
}

/// Whether a word is in a list such as "GET, POST".
bool contains(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    if (take_front(list, ',') == word) return true;
    list.remove_prefix(std::min<std::size_t>(1, list.size()));
  }
  return false;
}

}  // namespace

plan make_plan(const registry& methods, const request_line& asked) {
  route found = find_route(methods, asked.path.substr(path_prefix.size()));
  if (found.what == target::nothing) {
    return refused(error{error_kind::not_found, "no such path; /openapi.json lists them"});
  }
  const std::string_view allow = allowed_methods(found);
  if (!contains(allow, asked.method)) {
    return refusal{405, error{error_kind::invalid_request, "expected " + std::string{allow}},
                   allow};
  }
  if (asked.method == "OPTIONS") return listed_methods{allow};
  return asked.method == "POST" ? plan_of_body(found, asked)
                                : plan_of_read(methods, std::move(found), asked);
}

result<named_call> read_action(const std::string& service, std::string_view body) {
  action_body given;
  const auto outcome = codec::decode(json_view{body, format::json}, describe<action_body>(), &given,
                                     codec::unknown_members::refused);
  if (!outcome) return outcome.error();
  return named_call{service + "." + given.action,
                    given.params ? given.params->text() : std::string{}};
}

}  // namespace sidewire::rest
