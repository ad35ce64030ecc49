#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Calls a JSON-RPC 2.0 server from C++:
///
///     auto client = sidewire::rpc_client::connect({.url = "http://127.0.0.1:4000", .token =
///     token}); if (!client) return report(client.error()); sidewire::result<double> sum =
///     (*client)->call<double>("math.add", add_params{1, 2});

namespace sidewire {

enum class client_transport : std::uint8_t {
  websocket,  ///< one connection for everything: progress, notifications, cancelling
  post,       ///< an HTTP request a message: no notifications from the server, no progress
};

/// The bounds of a client. Immutable once it is made.
struct client_limits {
  /// Bytes of a message that arrives. WebSocket: ends the connection; post: fails the call.
  std::size_t max_message_bytes = 96 * 1024 * 1024;
  /// Arrays and objects open at once in a message that arrives.
  std::size_t max_depth = 256;
  /// Calls and batches that wait for their answer. The next fails with `limit_exceeded`.
  std::size_t max_calls_in_flight = 1024;
  /// Bytes that were not handed to the system yet. The next message fails with `limit_exceeded`.
  std::size_t max_unsent_bytes = 64 * 1024 * 1024;
  /// Connections that calls over `post` share; each brings a thread.
  std::size_t max_post_connections = 4;
  /// To connect, with TLS and the WebSocket handshake.
  std::chrono::milliseconds connect_timeout{10'000};
  /// How long a cancelled call still waits for the server's answer, which tells what became of it.
  std::chrono::milliseconds cancel_timeout{2'000};
  /// WebSocket: without any sign of life for so long the connection counts as lost.
  std::chrono::milliseconds silence_timeout{60'000};
  /// The close handshake at the end of a WebSocket.
  std::chrono::milliseconds close_timeout{1'000};
};

/// How the server proves who it is, for `https` and `wss`: by the system's authorities, by those of
/// `ca_file`, or by having exactly the certificate of `fingerprint`.
struct client_tls_options {
  std::string ca_file = {};      ///< PEM; empty: the system's
  std::string fingerprint = {};  ///< SHA-256 of the certificate in hex, colons allowed; wins
};

/// Where and how to connect.
struct client_options {
  /// `http`, `https`, `ws` or `wss` with host, port and base path, or `unix:PATH`.
  std::string url;
  /// Travels as `Authorization: Bearer`. Empty: none.
  std::string token = {};
  client_transport transport = client_transport::websocket;
  /// How calls are written; a call may choose its own.
  format written_as = format::json;
  /// For calls that bring none of their own.
  std::chrono::milliseconds call_timeout{30'000};
  client_tls_options tls = {};
  client_limits limits = {};
  /// A notification of the server's own. Runs on the client's thread: see rpc_client.
  std::function<void(std::string_view method, json_view params)> on_notification = {};
  /// The connection has ended and nothing can be called any more. Runs on the client's thread, at
  /// most once, and not after `rpc_client::connect` failed.
  std::function<void(const error& reason)> on_closed = {};
};

/// A call without an end of its own: streams that run until they are cancelled.
inline constexpr std::chrono::milliseconds no_timeout = std::chrono::milliseconds::max();

struct call_options {
  /// Counted from the call on. When it has passed, the call is cancelled at the server and fails
  /// with `deadline_exceeded`.
  std::optional<std::chrono::milliseconds> timeout = {};
  std::optional<format> written_as = {};
  /// Each `$/progress` value in order, before the result. Runs on the client's thread; valid until
  /// it returns. While it runs nothing is read, so that a slow consumer slows its producer.
  std::function<void(json_view value)> on_progress = {};
  /// Cancels the call at the server. It then fails with `request_cancelled`, unless its answer was
  /// on the way.
  std::stop_token cancel = {};
};

/// One element of a batch. `params` refers to the caller's text for the time of the call.
struct batch_call {
  std::string_view method;
  json_view params = {};
};

/// A connection to a server. Any thread may call everything, but for the blocking functions within
/// a handler. Handlers (`on_progress`, `on_notification`, `on_closed`, completions) run one at a
/// time on the client's own thread; they must not throw, must not destroy the client, and nothing
/// arrives while one runs.
///
/// A failed call says what is known of it: `unavailable` was never written, `outcome_unknown` was,
/// but the connection ended before its answer; `deadline_exceeded` and `request_cancelled` were
/// ended by the caller; everything else is the server's own answer. After its connection has ended
/// a client fails every call with `unavailable`; make a new one.
class rpc_client {
 public:
  /// Exactly once for every call, on the client's thread.
  using completion = std::function<void(result<json>)>;

  /// Blocks until connected, at most `connect_timeout`. Over `post` nothing is connected before the
  /// first call. On failure: `invalid_params` (the options), `unavailable`, `forbidden`,
  /// `not_authenticated`.
  static result<std::unique_ptr<rpc_client>> connect(client_options options);

  rpc_client(const rpc_client&) = delete;
  rpc_client& operator=(const rpc_client&) = delete;
  /// Ends the connection, at most `close_timeout` long. What is not answered by then fails.
  virtual ~rpc_client() = default;

  /// Calls a method and blocks until its answer. `params` is an object or an array; null: none. The
  /// result keeps the format that it came in. Throws std::logic_error within a handler.
  virtual result<json> call(std::string_view method, json_view params = {},
                            call_options options = {}) = 0;

  /// The same with described types. A result that is no `R` fails with `parse_error`.
  template <class R, class P>
  result<R> call(std::string_view method, const P& params, call_options options = {}) {
    const json written = encode(describe<P>(), &params, options);
    return typed<R>(call(method, written, std::move(options)));
  }
  template <class R>
  result<R> call(std::string_view method) {
    return typed<R>(call(method));
  }

  /// Calls without waiting. `params` is copied before it returns.
  virtual void async_call(std::string_view method, json_view params, call_options options,
                          completion done) = 0;

  /// Sends calls as one batch and blocks until all are answered; results in the order of the calls.
  /// `options` hold for all together; a batch has no progress. Throws std::logic_error within a
  /// handler.
  virtual std::vector<result<json>> batch(std::span<const batch_call> calls,
                                          call_options options = {}) = 0;

  /// Sends a notification and blocks until the system (WebSocket) or the server (post) took it.
  /// Throws std::logic_error within a handler.
  virtual result<void> notify(std::string_view method, json_view params = {}) = 0;
  template <class P>
  result<void> notify(std::string_view method, const P& params) {
    return notify(method, json_view{encode(describe<P>(), &params, {})});
  }

 protected:
  rpc_client() = default;

 private:
  virtual json encode(const type_description& type, const void* value,
                      const call_options& options) const = 0;
  static result<void> decode(json_view from, const type_description& type, void* into);

  template <class R>
  static result<R> typed(result<json> answered) {
    if (!answered) return std::move(answered).error();
    if constexpr (std::is_void_v<R>) {
      return {};
    } else {
      R value{};
      if (auto fits = decode(*answered, describe<R>(), &value); !fits) return fits.error();
      return value;
    }
  }
};

}  // namespace sidewire
