#include <algorithm>
#include <cstdio>
#include <string_view>

#include "client/cli/doctor.hpp"

/// What the doctor's findings mean, and how they are shown.
namespace sidewire::cli {

namespace {

std::string number_text(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string in_milliseconds(transport_finding::duration time) {
  return number_text(std::chrono::duration<double, std::milli>{time}.count(), 1);
}

std::string in_seconds(transport_finding::duration time) {
  return number_text(std::chrono::duration<double>{time}.count(), 1);
}

bool works(const std::vector<transport_finding>& all, client_transport transport) {
  return std::ranges::any_of(all, [transport](const transport_finding& one) {
    return one.transport == transport && one.works();
  });
}

bool is_silence(const error& failure) {
  return failure.kind() == error_kind::deadline_exceeded ||
         failure.message().find("silent") != std::string::npos;
}

node time_node(const std::optional<transport_finding::duration>& time) {
  if (!time) return {};
  return {node_kind::number, in_milliseconds(*time)};
}

node boolean_node(bool value) {
  return {node_kind::boolean, value ? "true" : "false"};
}

}  // namespace

std::string trouble_of(const transport_finding& one, const std::vector<transport_finding>& all) {
  if (one.works()) {
    if (!one.cut_after) return {};
    return "cut after " + in_seconds(*one.cut_after) +
           " s without traffic: something in between ends quiet connections; the session goes on";
  }
  const error& failure = *one.failure;
  if (!is_silence(failure)) return failure.message();
  const bool http_works = works(all, client_transport::poll) || works(all, client_transport::post);
  if (one.transport == client_transport::websocket && http_works) {
    return "opens and then stays silent: something in between accepts WebSockets and forwards "
           "nothing";
  }
  if (one.transport == client_transport::sse && http_works) {
    return "nothing of the event stream arrives: something in between holds it back until it ends";
  }
  return failure.message();
}

bool has_session(const std::vector<transport_finding>& all) {
  return std::ranges::any_of(all, [](const transport_finding& one) {
    return one.works() && one.transport != client_transport::post;
  });
}

node as_rows(const std::vector<transport_finding>& all) {
  node rows{node_kind::array, {}};
  for (const transport_finding& one : all) {
    node row{node_kind::object, {}};
    row.members.emplace_back("transport", text_node(std::string{name_of(one.transport)}));
    row.members.emplace_back("works", text_node(one.works() ? "yes" : "no"));
    row.members.emplace_back("first answer ms", time_node(one.first_answer));
    row.members.emplace_back("round trip ms", time_node(one.round_trip));
    row.members.emplace_back("in the way", text_node(trouble_of(one, all)));
    rows.members.emplace_back(std::string{}, std::move(row));
  }
  return rows;
}

node as_report(const std::string& url, const std::vector<transport_finding>& all) {
  node transports{node_kind::array, {}};
  for (const transport_finding& one : all) {
    node member{node_kind::object, {}};
    member.members.emplace_back("name", text_node(std::string{name_of(one.transport)}));
    member.members.emplace_back("works", boolean_node(one.works()));
    member.members.emplace_back("firstAnswerMs", time_node(one.first_answer));
    member.members.emplace_back("roundTripMs", time_node(one.round_trip));
    member.members.emplace_back("cutAfterMs", time_node(one.cut_after));
    member.members.emplace_back("inTheWay", text_node(trouble_of(one, all)));
    transports.members.emplace_back(std::string{}, std::move(member));
  }
  node report{node_kind::object, {}};
  report.members.emplace_back("url", text_node(url));
  report.members.emplace_back("session", boolean_node(has_session(all)));
  report.members.emplace_back("transports", std::move(transports));
  return report;
}

}  // namespace sidewire::cli
