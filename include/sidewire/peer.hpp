#pragma once

#include <chrono>
#include <sidewire/awaitable.hpp>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>

namespace sidewire {

class peer;

namespace detail {

/// Fills `into` from a client's answer. Throws call_failed (invalid_params) where it does not fit.
void decode_answer(json_view answer, const type_description& type, void* into);

template <class R>
awaitable<R> answer_as(awaitable<json> answered) {
  const json answer = co_await std::move(answered);
  R value{};
  decode_answer(answer, describe<R>(), &value);
  co_return value;
}

}  // namespace detail

/// The client behind a call, as the server calls it. May be kept for longer than the call: once the
/// client's session (or plain connection) has ended, requests fail and notifications go nowhere.
/// Shard of the call.
class peer {
 public:
  static constexpr std::chrono::milliseconds default_timeout{30'000};

  virtual ~peer() = default;

  /// Calls a method of the client's and waits for its result. The request survives a break of the
  /// connection, is never repeated, and is cancelled when the awaiting coroutine is. Throws
  /// call_failed: with the client's own error, `unavailable` where the client takes no requests or
  /// its session ends before, `deadline_exceeded` after `timeout`, `limit_exceeded` where too many
  /// wait already.
  template <class R = json, class P>
  awaitable<R> request(std::string_view method, const P& params,
                       std::chrono::milliseconds timeout = default_timeout) {
    return detail::answer_as<R>(send_request(method, describe<P>(), &params, timeout));
  }

  /// Dropped where the client cannot be reached.
  template <class P>
  void notify(std::string_view notification, const P& params) {
    send_notification(notification, describe<P>(), &params);
  }

 private:
  virtual awaitable<json> send_request(std::string_view method, const type_description& type,
                                       const void* params, std::chrono::milliseconds timeout) = 0;
  virtual void send_notification(std::string_view notification, const type_description& type,
                                 const void* params) = 0;
};

}  // namespace sidewire
