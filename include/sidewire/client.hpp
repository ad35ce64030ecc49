#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/client_options.hpp>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <sidewire/subscription.hpp>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Calls a JSON-RPC 2.0 server from C++, and hears from it:
///
///     auto client = sidewire::rpc_client::connect({.url = url, .token = token});
///
///     if (!client) return report(client.error());
///
///     auto sum = (*client)->call<double>("math.add", add_params{1, 2});
///
///     auto news = (*client)->subscribe("news", {}, [](const sidewire::topic_event& e) { … });

namespace sidewire {

struct call_options {
  /// Counted from the call on. When it has passed, the call is cancelled at the server and fails
  /// with `deadline_exceeded`.
  std::optional<std::chrono::milliseconds> timeout = {};
  std::optional<format> written_as = {};
  /// Marks a call that may be sent again: the server runs it once however often it comes, so that
  /// one whose outcome a lost session leaves unknown is repeated. Unique to the call (a UUID). The
  /// params must be an object or absent. Of single calls alone.
  std::string idempotency_key = {};
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

/// A client of one server. Any thread may call everything, but for the blocking functions within a
/// handler. Handlers (`on_progress`, `on_notification`, `on_state`, completions, those of
/// subscriptions and of the server's requests) run one at a time on the client's own thread; they
/// must not throw, must not destroy the client, and nothing arrives while one runs.
///
/// In a session (every transport but `plain` and `post`) a broken connection is replaced and the
/// session resumed: calls in flight go on,
/// no message is lost or repeated, and calls made meanwhile wait for the next connection. Where the
/// server cannot resume (it was started again, or too much time or too many messages have passed),
/// a fresh session begins: calls that were written and not answered fail with `outcome_unknown`,
/// unless they have an `idempotency_key`; those and calls that were never written are sent, and
/// subscriptions go on from what they have, telling what was missed.
///
/// A failed call says what is known of it: `unavailable` was never written, `outcome_unknown` was,
/// but the session or the connection ended before its answer; `deadline_exceeded` and
/// `request_cancelled` were ended by the caller; everything else is the server's own answer. Once
/// it is `closed` a client fails every call with `unavailable`; make a new one.
class rpc_client {
 public:
  /// Exactly once for every call, on the client's thread.
  using completion = std::function<void(result<json>)>;

  /// Blocks until connected and, but for `plain` and `post`, in a session, at most
  /// `connect_timeout`; it does not try a transport twice. Over `post` nothing is connected before
  /// the first call. On failure: `invalid_params` (the options), `unavailable`, `forbidden`,
  /// `not_authenticated`.
  static result<std::unique_ptr<rpc_client>> connect(client_options options);

  rpc_client(const rpc_client&) = delete;
  rpc_client& operator=(const rpc_client&) = delete;
  /// Ends the session and the connection, at most `close_timeout` long. What is not answered by
  /// then fails.
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

  /// Sends a notification and blocks until the system (WebSocket) or the server (post) took it; in
  /// a session it is kept until the server has it, but not beyond the session.
  /// Throws std::logic_error within a handler.
  virtual result<void> notify(std::string_view method, json_view params = {}) = 0;
  template <class P>
  result<void> notify(std::string_view method, const P& params) {
    return notify(method, json_view{encode(describe<P>(), &params, {})});
  }

  /// Subscribes to a topic, or by a pattern to every topic that fits (`*` for one level, `**` at
  /// the end for all that follow), and blocks until the server agrees, at most `call_timeout`.
  /// `on_event` gets each publication once and in order, from then on and while the result lives,
  /// across connections and sessions. One subscription a topic or pattern: else `conflict`. Throws
  /// std::logic_error within a handler.
  virtual result<subscription> subscribe(std::string topic, subscribe_options options,
                                         std::function<void(const topic_event&)> on_event) = 0;

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
