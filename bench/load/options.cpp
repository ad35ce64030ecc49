#include "load/options.hpp"

#include <charconv>
#include <map>
#include <span>
#include <stdexcept>
#include <string_view>

namespace sidewire::bench {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw std::invalid_argument{std::string{what} + ": " + std::string{text}};
}

template <typename Integer>
Integer number(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) refuse("not a number", text);
  return value;
}

template <typename Enum>
Enum one_of(const std::map<std::string_view, Enum>& names, std::string_view text) {
  const auto found = names.find(text);
  if (found == names.end()) refuse("unknown", text);
  return found->second;
}

void set(options& into, std::string_view name, std::string_view value) {
  if (name == "--transport") {
    into.transport = one_of<transport>({{"raw", transport::raw},
                                        {"websocket-text", transport::websocket_text},
                                        {"websocket-binary", transport::websocket_binary},
                                        {"post", transport::post},
                                        {"rest-post", transport::rest_post},
                                        {"rest-get", transport::rest_get},
                                        {"sse", transport::sse},
                                        {"poll", transport::poll}},
                                       value);
  } else if (name == "--dialect") {
    into.dialect = one_of<dialect>({{"plain", dialect::plain},
                                    {"session", dialect::session},
                                    {"socket.io", dialect::socket_io}},
                                   value);
  } else if (name == "--waiting") {
    into.waiting =
        one_of<waiting>({{"asleep", waiting::asleep}, {"spinning", waiting::spinning}}, value);
  } else if (name == "--port") {
    into.port = number<std::uint16_t>(value);
  } else if (name == "--server-pid") {
    into.server_pid = number<int>(value);
  } else if (name == "--token") {
    into.token = value;
  } else if (name == "--path") {
    into.path = value;
  } else if (name == "--method") {
    into.method = value;
  } else if (name == "--logs-service") {
    into.logs_service = value;
  } else if (name == "--logs-limit") {
    into.logs_limit = number<std::size_t>(value);
  } else if (name == "--connections") {
    into.connections = number<std::size_t>(value);
  } else if (name == "--in-flight") {
    into.in_flight = number<std::size_t>(value);
  } else if (name == "--text-bytes") {
    into.text_bytes = number<std::size_t>(value);
  } else if (name == "--topic") {
    into.topic = value;
  } else if (name == "--keys") {
    into.keys = number<std::size_t>(value);
  } else if (name == "--missed") {
    into.missed = number<std::size_t>(value);
  } else if (name == "--warm-up-ms") {
    into.warm_up = std::chrono::milliseconds{number<int>(value)};
  } else if (name == "--duration-ms") {
    into.duration = std::chrono::milliseconds{number<int>(value)};
  } else if (name == "--allocation-counter") {
    into.allocation_counter = value;
  } else if (name == "--times") {
    into.times = number<std::size_t>(value);
  } else if (name == "--server-core") {
    into.server_core = number<int>(value);
  } else {
    refuse("unknown option", name);
  }
}

/// Not every dialect is spoken on every transport.
void refuse_mismatch(const options& wanted) {
  const bool streams = wanted.transport == transport::sse || wanted.transport == transport::poll;
  if (wanted.dialect == dialect::socket_io && wanted.transport != transport::websocket_text) {
    refuse("needs websocket-text", "--dialect");
  }
  if (wanted.dialect == dialect::session && wanted.transport != transport::websocket_text &&
      !streams) {
    refuse("needs websocket-text, sse or poll", "--dialect");
  }
  if (wanted.transport == transport::poll && wanted.dialect != dialect::session) {
    refuse("needs a session", "--transport");
  }
  if (streams && (wanted.scenario == scenario::rate || wanted.scenario == scenario::connects ||
                  wanted.scenario == scenario::resume)) {
    refuse("not for this scenario", "--transport");
  }
}

}  // namespace

options parse_options(int argc, char** argv) {
  const std::span arguments{argv, static_cast<std::size_t>(argc)};
  if (arguments.size() < 2) refuse("usage", "bench-load SCENARIO --name value … [-- COMMAND…]");
  options result;
  result.scenario = one_of<scenario>({{"rate", scenario::rate},
                                      {"connects", scenario::connects},
                                      {"idle", scenario::idle},
                                      {"fan-out", scenario::fan_out},
                                      {"resume", scenario::resume},
                                      {"first-answer", scenario::first_answer},
                                      {"start", scenario::start}},
                                     arguments[1]);
  for (std::size_t i = 2; i < arguments.size(); i += 2) {
    if (std::string_view{arguments[i]} == "--") {
      result.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                            arguments.end());
      break;
    }
    if (i + 1 == arguments.size()) refuse("no value for", arguments[i]);
    set(result, arguments[i], arguments[i + 1]);
  }
  if (result.connections == 0 || result.in_flight == 0) refuse("must not be", "0");
  if (result.scenario == scenario::start && result.command.empty()) refuse("missing", "-- COMMAND");
  if (result.scenario != scenario::start && result.port == 0) refuse("missing", "--port");
  if (result.scenario == scenario::fan_out && result.topic.empty()) refuse("missing", "--topic");
  refuse_mismatch(result);
  return result;
}

}  // namespace sidewire::bench
