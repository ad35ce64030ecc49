#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Where and how an rpc_client connects, within which bounds, and what it tells on its own.

namespace sidewire {

enum class client_transport : std::uint8_t {
  /// A session on the best of `websocket`, `sse` and `poll` that works from here: each begins a
  /// head
  /// start after the one before, or when that failed, and the first answer counts. When a
  /// connection
  /// breaks the session moves to what works then, and back to something better when that can be
  /// had.
  /// What did not work at an address is remembered in the program for 10 minutes. Servers without
  /// sessions get `plain`, those that offer nothing else `post`.
  automatic,
  /// One WebSocket after the other, in a session: what was called, answered or published while the
  /// connection was broken is lost on neither side. Where the server has no sessions: `plain`.
  websocket,
  /// A session over Server-Sent Events down and POSTs up.
  sse,
  /// A session over long polls down and POSTs up.
  poll,
  /// One WebSocket without a session (subprotocol `jsonrpc`), whose end is the client's end.
  plain,
  /// An HTTP request a message: no notifications from the server, no progress.
  post,
};

/// "websocket", as in options and texts.
std::string_view name_of(client_transport transport) noexcept;

/// A call without an end of its own: streams that run until they are cancelled.
inline constexpr std::chrono::milliseconds no_timeout = std::chrono::milliseconds::max();

/// The bounds of a client. Immutable once it is made.
struct client_limits {
  /// Bytes of a message that arrives. WebSocket: ends the connection; post: fails the call.
  std::size_t max_message_bytes = 96 * 1024 * 1024;
  /// Arrays and objects open at once in a message that arrives.
  std::size_t max_depth = 256;
  /// Calls and batches that wait for their answer. The next fails with `limit_exceeded`.
  std::size_t max_calls_in_flight = 1024;
  /// Bytes that are kept to be sent: those that were not handed to the system yet, and in a session
  /// those that the server has not acknowledged. The next message fails with `limit_exceeded`.
  std::size_t max_unsent_bytes = 64 * 1024 * 1024;
  /// Connections that calls over `post` share; each brings a thread.
  std::size_t max_post_connections = 4;
  /// To connect, with TLS, the WebSocket handshake and the beginning of the session.
  std::chrono::milliseconds connect_timeout{10'000};
  /// How long a cancelled call still waits for the server's answer, which tells what became of it.
  std::chrono::milliseconds cancel_timeout{2'000};
  /// How long a transport is tried before the next one of `automatic` begins as well.
  std::chrono::milliseconds head_start{250};
  /// A session that `automatic` has on a worse transport tries a better WebSocket so often (with
  /// jitter, slower after a minute without success), and a better event stream a twelfth as often.
  std::chrono::milliseconds upgrade_interval{5'000};
  /// Without a session: a connection without any sign of life for so long counts as lost. In a
  /// session two heartbeats of the server's decide.
  std::chrono::milliseconds silence_timeout{60'000};
  /// The close handshake at the end of a WebSocket.
  std::chrono::milliseconds close_timeout{1'000};
  /// The wait before a session's connection is tried again is random, up to a bound that begins
  /// with the first and doubles with each failure until the second.
  std::chrono::milliseconds min_reconnect_delay{100};
  std::chrono::milliseconds max_reconnect_delay{30'000};
  /// A session that has no connection for so long ends with its client.
  std::chrono::milliseconds reconnect_timeout = no_timeout;
};

/// How the server proves who it is, for `https` and `wss`: by the system's authorities, by those of
/// `ca_file`, or by having exactly the certificate of `fingerprint`.
struct client_tls_options {
  std::string ca_file = {};      ///< PEM; empty: the system's
  std::string fingerprint = {};  ///< SHA-256 of the certificate in hex, colons allowed; wins
};

/// How a client stands to its server.
enum class connection_state : std::uint8_t {
  connecting,    ///< for the first time
  open,          ///< with a reason: the session before could not be resumed, see rpc_client
  reconnecting,  ///< the connection was lost for the reason told; nothing else is lost so far
  closed,        ///< for good, for the reason told: nothing can be called any more
};

/// A transport that was tried and is not in use.
struct failed_transport {
  client_transport transport = client_transport::automatic;
  error reason;
};

/// What messages travel on, and why on nothing better.
struct transport_use {
  client_transport transport = client_transport::automatic;
  std::vector<failed_transport> failed = {};
};

/// The answer to a request of the server's, once, from any thread, and as late as it takes. Goes
/// nowhere where the session or the client has ended. One that is destroyed unused answers
/// `internal_error`.
class request_reply {
 public:
  using answer = std::function<void(result<json>)>;

  explicit request_reply(answer send) : send_{std::move(send)} {}
  request_reply(request_reply&& other) noexcept : send_{std::exchange(other.send_, nullptr)} {}
  request_reply& operator=(request_reply&&) = delete;
  ~request_reply() {
    if (send_) send_(error{error_kind::internal_error, "the client gave no answer"});
  }

  void operator()(result<json> outcome) {
    if (const auto send = std::exchange(send_, nullptr)) send(std::move(outcome));
  }

 private:
  answer send_;
};

/// Serves a method that the server calls. `params` are valid until it returns.
using request_handler = std::function<void(json_view params, request_reply reply)>;

/// Where and how to connect.
struct client_options {
  /// `http`, `https`, `ws` or `wss` with host, port and base path, or `unix:PATH`.
  std::string url;
  /// Goes with `session.open`, elsewhere as `Authorization: Bearer`. Empty: none.
  std::string token = {};
  client_transport transport = client_transport::automatic;
  /// What the server is told about the program, for its logs.
  std::string name = "sidewire-client";
  /// How calls are written; a call may choose its own.
  format written_as = format::json;
  /// For calls that bring none of their own.
  std::chrono::milliseconds call_timeout{30'000};
  client_tls_options tls = {};
  client_limits limits = {};
  /// The methods that the server may call, by name; it is told whether there are any when the
  /// session begins. They run on the client's thread: see rpc_client.
  std::map<std::string, request_handler, std::less<>> handlers = {};
  /// A notification of the server's own that belongs to no subscription. Runs on the client's
  /// thread: see rpc_client.
  std::function<void(std::string_view method, json_view params)> on_notification = {};
  /// Each change of the connection, `closed` at most once and last; nothing is told any more once
  /// `rpc_client::connect` failed. `reason` is null where there is none. Runs on the client's
  /// thread.
  std::function<void(connection_state state, const error* reason)> on_state = {};
  /// At first and whenever it changes, before `open` where that is told too. Runs on the client's
  /// thread.
  std::function<void(const transport_use& use)> on_transport = {};
};

}  // namespace sidewire
