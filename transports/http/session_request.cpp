#include "transports/http/session_request.hpp"

#include <charconv>
#include <cmath>
#include <ranges>

#include "base/header_text.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::http {

namespace {

/// A poll is never held longer than the server's own bound; this one keeps a number a duration.
constexpr double max_poll_seconds = 86'400;

error bad(std::string text) {
  return error{error_kind::invalid_request, std::move(text)};
}

/// What the header says, else the query.
std::string said(const request_head& head, const std::string& header, std::string_view name) {
  if (!header.empty()) return header;
  return query_member(head.query, name).value_or(std::string{});
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// `NAME/VERSION`, or a name alone.
session::client_identity read_client(std::string_view text) {
  const std::size_t slash = text.find('/');
  session::client_identity read{.name = std::string{text.substr(0, slash)}, .version = {}};
  if (slash != std::string_view::npos) read.version = std::string{text.substr(slash + 1)};
  return read;
}

result<std::vector<session::wire_format>> read_formats(std::string_view text) {
  std::vector<session::wire_format> read;
  for (const auto part : std::views::split(text, ',')) {
    std::string_view name{part.begin(), part.end()};
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (base::same_text(name, "msgpack")) {
      read.push_back(session::wire_format::msgpack);
    } else if (base::same_text(name, "json")) {
      read.push_back(session::wire_format::json);
    } else {
      return bad("Sidewire-Formats: expected json or msgpack, with commas between");
    }
  }
  return read;
}

}  // namespace

std::string session_token(const request_head& head) {
  return said(head, head.session, "session");
}

result<session::open_params> read_open_params(const request_head& head) {
  session::open_params asked;
  if (auto token = session_token(head); !token.empty()) asked.resume_token = std::move(token);
  // What the browser counted itself is newer than what the address of its stream says.
  const std::string received =
      head.last_event_id.empty() ? said(head, head.received, "received") : head.last_event_id;
  if (asked.resume_token && !received.empty()) {
    asked.received = whole_number<std::uint64_t>(received);
    if (!asked.received) return bad("Sidewire-Received: expected a non-negative integer");
  }
  if (const auto formats = said(head, head.formats, "formats"); !formats.empty()) {
    auto read = read_formats(formats);
    if (!read) return read.error();
    asked.formats = *std::move(read);
  }
  if (const auto requests = said(head, head.requests, "requests"); !requests.empty()) {
    if (requests != "true" && requests != "false") {
      return bad("Sidewire-Requests: expected true or false");
    }
    asked.requests = requests == "true";
  }
  if (const auto client = said(head, head.client, "client"); !client.empty()) {
    asked.client = read_client(client);
  }
  return asked;
}

session::client_facts facts_of(const session::open_params& asked) {
  session::client_facts facts{.client = asked.client,
                              .takes_requests = asked.requests.value_or(false)};
  if (asked.formats) {
    facts.takes_msgpack =
        std::ranges::find(*asked.formats, session::wire_format::msgpack) != asked.formats->end();
  }
  return facts;
}

result<std::optional<std::chrono::milliseconds>> read_poll(const request_head& head) {
  const auto text = query_member(head.query, "poll");
  if (!text) return std::optional<std::chrono::milliseconds>{};
  const auto seconds = whole_number<double>(*text);
  if (!seconds || !(*seconds >= 0 && *seconds <= max_poll_seconds)) {
    return bad("poll: expected a number of seconds");
  }
  return std::optional{std::chrono::milliseconds{std::llround(*seconds * 1000)}};
}

unsigned status_of_close(std::uint16_t code) noexcept {
  namespace codes = protocol::close_code;
  switch (code) {
    case codes::not_authenticated:
      return 401;
    case codes::forbidden:
      return 403;
    case codes::replaced:
      return 409;
    default:
      return 400;
  }
}

}  // namespace sidewire::http
