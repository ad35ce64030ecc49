#include "server/option_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "server/option_checks.hpp"
#include "server/option_member.hpp"

namespace sidewire::server {
namespace {

// What stands in the rows' columns.

constexpr std::string_view listening = "Where it listens";
constexpr std::string_view callers = "Who may come";
constexpr std::string_view life = "How it is found, and when it ends";
constexpr std::string_view working = "How it works, and what it says";
constexpr std::string_view limits = "Limits";

constexpr double largest_pid = std::numeric_limits<std::int32_t>::max();

constexpr value_rule integer(double min, double max) {
  return {.kind = value_kind::integer, .min = min, .max = max};
}
constexpr value_rule seconds(double min, double max) {
  return {.kind = value_kind::seconds, .min = min, .max = max};
}
constexpr value_rule one_of(std::span<const std::string_view> words,
                            decltype(value_rule::problem_of) problem = nullptr) {
  return {.kind = value_kind::choice, .choices = words, .problem_of = problem};
}
constexpr value_rule text_that(decltype(value_rule::problem_of) problem) {
  return {.kind = value_kind::text, .problem_of = problem};
}
constexpr value_rule texts_that(decltype(value_rule::problem_of) problem) {
  return {.kind = value_kind::text_list, .problem_of = problem};
}
constexpr value_rule path{.kind = value_kind::path, .problem_of = problem_of_path};
constexpr value_rule paths{.kind = value_kind::path_list, .problem_of = problem_of_path};
constexpr value_rule addresses{.kind = value_kind::address_list, .problem_of = problem_of_listen};
constexpr value_rule timeout = seconds(0.001, day);

struct row_texts {
  std::string_view name;
  std::string_view section;
  std::string_view heading;
  std::string_view placeholder;
  std::string_view help;
};

constexpr option row(row_texts texts, value_rule rule, member_access member) {
  return {texts.name, texts.section, texts.heading, texts.placeholder,
          texts.help, rule,          member.get,    member.set};
}

constexpr std::array table{
    row({"host", "server", listening, "ADDRESS",
         "Address to listen on: localhost (both 127.0.0.1 and ::1) or one of this machine's "
         "addresses."},
        text_that(problem_of_host), access_to<&configuration::host>),
    row({"port", "server", listening, "PORT", "Port to listen on; 0 lets the system choose."},
        integer(0, 65535), access_to<&configuration::port>),
    row({"listen", "server", listening, "WHERE",
         "HOST:PORT, unix:PATH or fd:N, instead of --host and --port."},
        addresses, access_to<&configuration::listen>),
    row({"tls-cert", "server", listening, "FILE",
         "Certificate chain (PEM): TCP then speaks TLS. SIGHUP reads it again."},
        path, access_to<&configuration::tls_cert>),
    row({"tls-key", "server", listening, "FILE", "Private key (PEM) of --tls-cert."}, path,
        access_to<&configuration::tls_key>),
    row({"tls-self-signed", "server", listening, "",
         "Speak TLS with a certificate made at the start; its fingerprint is printed."},
        flag, access_to<&configuration::tls_self_signed>),
    row({"auth", "server", callers, "MODE",
         "token (SIDEWIRE_TOKEN, else a random one for this launch) or none (loopback only)."},
        one_of(words_of<auth_mode>, problem_of_auth), access_to<&configuration::auth>),
    row({"allow-origin", "server", callers, "ORIGIN",
         "Origin of pages that may come, such as https://app.example.com or "
         "https://*.example.com."},
        texts_that(problem_of_allowed_origin), access_to<&configuration::allow_origins>),
    row({"allow-host", "server", callers, "NAME",
         "Name that requests may give the server in Host, beside those of loopback."},
        texts_that(problem_of_allowed_host), access_to<&configuration::allow_hosts>),
    row({"transport", "server", callers, "NAME",
         "Serve these transports alone, the best first: websocket, sse, poll, post."},
        texts_that(problem_of_transport), access_to<&configuration::transports>),
    row({"base-path", "server", callers, "PATH",
         "Prefix of every path, such as /sidecar, where a reverse proxy leaves it there; paths "
         "without it are taken too."},
        text_that(problem_of_base_path), access_to<&configuration::base_path>),
    row({"public-url", "server", callers, "URL",
         "Address by which clients reach the server through a reverse proxy, such as "
         "https://app.example.com/sidecar. Its host and origin may come."},
        text_that(problem_of_public_url), access_to<&configuration::public_url>),
    row({"announce", "server", life, "FILE",
         "Write address and token to this file, for its owner alone; a .js file gets WS_CONFIG for "
         "pages, without the token."},
        paths, access_to<&configuration::announce>),
    row({"launch", "server", life, "COMMAND",
         "Start the user interface, with {port} and {url} replaced, or else --ws-port=PORT "
         "added; the server ends when it does."},
        text_that(problem_of_launch), access_to<&configuration::launch>),
    row({"parent-pid", "server", life, "PID", "End when this process does."},
        integer(0, largest_pid), access_to<&configuration::parent_pid>),
    row({"exit-on-stdin-eof", "server", life, "", "End when standard input does."}, flag,
        access_to<&configuration::exit_on_stdin_eof>),
    row({"idle-exit", "server", life, "SECONDS",
         "End when nobody was connected for so long; 0 means never."},
        seconds(0, 366 * day), access_to<&configuration::idle_exit>),
    row({"drain-timeout", "server", life, "SECONDS",
         "How long calls in flight may still take after SIGTERM."},
        seconds(0, day), access_to<&configuration::drain_timeout>),
    row({"threads", "server", working, "COUNT", "Threads that serve connections."}, integer(1, 256),
        access_to<&configuration::threads>),
    row({"worker-threads", "server", working, "COUNT", "Threads for methods that block."},
        integer(1, 256), access_to<&configuration::worker_threads>),
    row({"log-level", "server", working, "LEVEL",
         "The least that is logged: trace, debug, info, warn, error or off."},
        one_of(words_of<base::log_level>), access_to<&configuration::log_level>),
    row({"log-format", "server", working, "FORMAT",
         "auto (text on a terminal, else JSON), json or text, on standard error."},
        one_of(words_of<log_format>), access_to<&configuration::log_style>),
    row({"compression", "server", working, "WHEN",
         "Compress: auto (WebSockets from other machines, and HTTP for whoever asks), on or off."},
        one_of(words_of<base::compression>), access_to<&configuration::compress>),
    row({"metrics-interval", "server", working, "SECONDS",
         "Between two events of the topic metrics, while somebody subscribes; 0 means never."},
        seconds(0, day), access_to<&configuration::metrics_interval>),
    row({"record", "server", working, "FILE",
         "Record every message to this file as lines of JSON, without the secrets; for "
         "sidewire-cli replay."},
        path, access_to<&configuration::record>),
    row({"max-message-bytes", "limits", limits, "BYTES", "Bytes of one message."},
        integer(128, gibibyte), access_to<&base::limits::max_message_bytes>),
    row({"max-depth", "limits", limits, "COUNT", "Arrays and objects open at once in one message."},
        integer(1, 1024), access_to<&base::limits::max_depth>),
    row({"max-batch", "limits", limits, "COUNT", "Calls in a batch."}, integer(1, 100'000),
        access_to<&base::limits::max_batch>),
    row({"max-header-bytes", "limits", limits, "BYTES",
         "Bytes of an HTTP request's line and headers."},
        integer(1024, mebibyte), access_to<&base::limits::max_header_bytes>),
    row({"max-calls-in-flight", "limits", limits, "COUNT",
         "Calls in flight of a connection; the next is answered server_busy."},
        integer(1, million), access_to<&base::limits::max_calls_in_flight>),
    row({"max-waiting-blocking-calls", "limits", limits, "COUNT",
         "Blocking calls that wait for a worker thread."},
        integer(0, million), access_to<&base::limits::max_waiting_blocking_calls>),
    row({"max-response-bytes", "limits", limits, "BYTES", "Bytes of a result."},
        integer(128, gibibyte), access_to<&base::limits::max_response_bytes>),
    row({"max-unsent-bytes", "limits", limits, "BYTES",
         "Unsent bytes of a connection; beyond, nothing more is read from it."},
        integer(128, gibibyte), access_to<&base::limits::max_unsent_bytes>),
    row({"max-connections", "limits", limits, "COUNT", "Connections of the server."},
        integer(1, million), access_to<&base::limits::max_connections>),
    row({"max-unauthenticated-bytes", "limits", limits, "BYTES",
         "Bytes of a message before its sender has shown a token."},
        integer(128, gibibyte), access_to<&base::limits::max_unauthenticated_bytes>),
    row({"binary-threshold-bytes", "limits", limits, "BYTES",
         "JSON of a result beyond this goes as MessagePack to who offered it."},
        integer(0, gibibyte), access_to<&base::limits::binary_threshold_bytes>),
    row({"compression-threshold-bytes", "limits", limits, "BYTES",
         "A message or body with fewer is not compressed."},
        integer(0, gibibyte), access_to<&base::limits::compression_threshold_bytes>),
    row({"max-subscriptions", "limits", limits, "COUNT",
         "Subscriptions of a session or connection."},
        integer(0, million), access_to<&base::limits::max_subscriptions>),
    row({"max-subscription-buffer", "limits", limits, "COUNT",
         "Publications that a subscription may ask to have kept while it is slow."},
        integer(1, million), access_to<&base::limits::max_subscription_buffer>),
    row({"max-window-bytes", "limits", limits, "BYTES",
         "What is kept of one topic for slow subscriptions, beyond its history."},
        integer(1024, 64 * gibibyte), access_to<&base::limits::max_window_bytes>),
    row({"max-topics", "limits", limits, "COUNT", "Topics that are in use."}, integer(1, million),
        access_to<&base::limits::max_topics>),
    row({"max-topic-keys", "limits", limits, "COUNT",
         "Keys of a topic whose newest publications are kept."},
        integer(1, million), access_to<&base::limits::max_topic_keys>),
    row({"max-waiting-publications", "limits", limits, "COUNT",
         "Publications of a topic that wait for its rate."},
        integer(1, million), access_to<&base::limits::max_waiting_publications>),
    row({"max-waiting-publish-bytes", "limits", limits, "BYTES",
         "Publications on their way from a program's threads to the topics."},
        integer(1024, 64 * gibibyte), access_to<&base::limits::max_waiting_publish_bytes>),
    row({"max-history-page", "limits", limits, "COUNT",
         "Publications in an answer of topic.history."},
        integer(1, million), access_to<&base::limits::max_history_page>),
    row({"max-record-bytes", "limits", limits, "BYTES",
         "Bytes of the file that --record writes; it ends there."},
        integer(1024, 1024 * gibibyte), access_to<&base::limits::max_record_bytes>),
    row({"resume-buffer-bytes", "limits", limits, "BYTES",
         "Unacknowledged bytes that a session keeps for its client; older ones are forgotten."},
        integer(1024, gibibyte), access_to<&base::limits::resume_buffer_bytes>),
    row({"max-detached-sessions", "limits", limits, "COUNT",
         "Sessions that wait for their client to come back."},
        integer(0, million), access_to<&base::limits::max_detached_sessions>),
    row({"max-detached-bytes", "limits", limits, "BYTES", "What those keep in all."},
        integer(0, 64 * gibibyte), access_to<&base::limits::max_detached_bytes>),
    row({"max-detached-per-principal", "limits", limits, "COUNT",
         "Sessions of one principal that wait for their client to come back."},
        integer(0, million), access_to<&base::limits::max_detached_per_principal>),
    row({"max-client-requests", "limits", limits, "COUNT",
         "Requests to one client that wait for its answer."},
        integer(0, million), access_to<&base::limits::max_client_requests>),
    row({"max-keyed-calls", "limits", limits, "COUNT",
         "Calls with an idempotency key that run or whose answers are kept."},
        integer(1, million), access_to<&base::limits::max_keyed_calls>),
    row({"max-keyed-bytes", "limits", limits, "BYTES", "What those keep in all."},
        integer(1024, 64 * gibibyte), access_to<&base::limits::max_keyed_bytes>),
    row({"handshake-timeout", "limits", limits, "SECONDS",
         "From accepting a connection to the end of its headers."},
        timeout, access_to<&base::limits::handshake_timeout>),
    row({"keep-alive-timeout", "limits", limits, "SECONDS",
         "An HTTP connection without a request."},
        timeout, access_to<&base::limits::keep_alive_timeout>),
    row({"body-idle-timeout", "limits", limits, "SECONDS", "A request's body without a byte."},
        timeout, access_to<&base::limits::body_idle_timeout>),
    row({"body-timeout", "limits", limits, "SECONDS", "A request's body in all."}, timeout,
        access_to<&base::limits::body_timeout>),
    row({"write-timeout", "limits", limits, "SECONDS",
         "A reader that takes no byte of what waits for it."},
        timeout, access_to<&base::limits::write_timeout>),
    row({"close-timeout", "limits", limits, "SECONDS", "A WebSocket's close handshake."}, timeout,
        access_to<&base::limits::close_timeout>),
    row({"authentication-timeout", "limits", limits, "SECONDS", "A WebSocket without a token."},
        timeout, access_to<&base::limits::authentication_timeout>),
    row({"open-timeout", "limits", limits, "SECONDS",
         "A connection that offers sessions and opens none."},
        timeout, access_to<&base::limits::open_timeout>),
    row({"resume-window", "limits", limits, "SECONDS",
         "How long a session waits for its client to come back."},
        timeout, access_to<&base::limits::resume_window>),
    row({"keyed-lifetime", "limits", limits, "SECONDS",
         "How long the answer of a call with an idempotency key is kept."},
        timeout, access_to<&base::limits::keyed_lifetime>),
    row({"max-poll", "limits", limits, "SECONDS",
         "How long a poll of a session is held without a message."},
        timeout, access_to<&base::limits::max_poll>),
    row({"heartbeat", "limits", limits, "SECONDS",
         "Silence until a ping; twice as much closes the connection."},
        timeout, access_to<&base::limits::heartbeat>),
};

}  // namespace

std::span<const option> option_table() {
  return table;
}

const option* find_option(std::string_view name) {
  const auto found = std::ranges::find(table, name, &option::name);
  return found == table.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view option_name) {
  std::string name = "SIDEWIRE_";
  for (const char c : option_name)
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace sidewire::server
