#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sidewire {

/// What went wrong with a call. Clients switch on the kind's name, `data.kind`.
enum class error_kind : std::uint8_t {
  parse_error,         ///< -32700: the message is no valid JSON or MessagePack
  invalid_request,     ///< -32600: valid, but no JSON-RPC 2.0 message
  method_not_found,    ///< -32601
  invalid_params,      ///< -32602: `pointer` says which
  internal_error,      ///< -32603: a fault of the server, told in its log alone
  deadline_exceeded,   ///< -32020: `_meta.timeoutMs` has passed
  not_authenticated,   ///< -32021
  forbidden,           ///< -32022: authenticated, without the right
  not_found,           ///< -32023: a topic, session or resource
  limit_exceeded,      ///< -32024: `limit` says which
  rate_limited,        ///< -32025: again after `retry_after`
  request_too_large,   ///< -32026
  response_too_large,  ///< -32027
  server_busy,         ///< -32028: again after `retry_after`
  unavailable,         ///< -32029: an upstream or a client is away
  conflict,            ///< -32030
  outcome_unknown,     ///< -32031: made by clients: nobody knows whether the call ran
  request_cancelled,   ///< -32800: by `$/cancelRequest`
  application,         ///< 1000 and above: an application's own
};

/// The code of JSON-RPC 2.0 (5.1) for a kind; 0 for `application`, whose errors bring their own.
int code_of(error_kind kind) noexcept;
/// The name as it stands in `data.kind`, such as "invalid_params".
std::string_view name_of(error_kind kind) noexcept;
/// Whether the same call may succeed later.
bool is_retryable(error_kind kind) noexcept;
/// The kind of a code that a peer sent; `application` for one that is none of ours.
error_kind kind_of(int code) noexcept;

/// Why a call failed, as its caller is told. The message is for people and goes to the peer: never
/// put internal text into it.
class error {
 public:
  error(error_kind kind, std::string message)
      : kind_{kind}, code_{code_of(kind)}, message_{std::move(message)} {}

  /// An application's own error. `code` is 1000 or more.
  static error application(int code, std::string message) {
    error made{error_kind::application, std::move(message)};
    made.code_ = code;
    return made;
  }

  /// A JSON pointer (RFC 6901) into `params`, to what is wrong.
  error& at(std::string pointer) {
    pointer_ = std::move(pointer);
    return *this;
  }
  /// The name of the bound that was passed.
  error& limit(std::string name) {
    limit_ = std::move(name);
    return *this;
  }
  error& retry_after(std::chrono::milliseconds wait) {
    retry_after_ = wait;
    return *this;
  }
  /// What an application tells beside the message, as `data.details`.
  error& details(json value) {
    details_ = std::move(value);
    return *this;
  }

  error_kind kind() const noexcept { return kind_; }
  int code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::optional<std::string>& pointer() const noexcept { return pointer_; }
  const std::optional<std::string>& limit() const noexcept { return limit_; }
  std::optional<std::chrono::milliseconds> retry_after() const noexcept { return retry_after_; }
  const std::optional<json>& details() const noexcept { return details_; }

 private:
  error_kind kind_;
  int code_;
  std::string message_;
  std::optional<std::string> pointer_;
  std::optional<std::string> limit_;
  std::optional<std::chrono::milliseconds> retry_after_;
  std::optional<json> details_;
};

/// Thrown by a handler to answer with an error; the same as returning it in a `result`.
class call_failed : public std::exception {
 public:
  explicit call_failed(error reason) : reason_{std::move(reason)} {}
  const error& reason() const noexcept { return reason_; }
  const char* what() const noexcept override { return reason_.message().c_str(); }

 private:
  error reason_;
};

/// A value, or why there is none: whatever a peer, the network or a file can cause.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
  result(sidewire::error reason) : state_{std::in_place_index<1>, std::move(reason)} {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; must be there.
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// The error; must be there.
  const sidewire::error& error() const& { return std::get<1>(state_); }
  sidewire::error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, sidewire::error> state_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  /// Not defaulted: `return {}` would clear the room for an error too, on each call.
  result() noexcept {}
  result(sidewire::error reason) : reason_{std::move(reason)} {}

  bool has_value() const noexcept { return !reason_; }
  explicit operator bool() const noexcept { return has_value(); }
  /// The error; must be there.
  const sidewire::error& error() const& { return *reason_; }

 private:
  std::optional<sidewire::error> reason_;
};

}  // namespace sidewire
