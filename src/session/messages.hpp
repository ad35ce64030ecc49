#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <string>
#include <string_view>
#include <vector>

/// The params of the `session.*` notifications. A session is opened and resumed with them, and they
/// are never counted.
namespace sidewire::session {

namespace method {
inline constexpr std::string_view prefix = "session.";
inline constexpr std::string_view open = "session.open";
inline constexpr std::string_view started = "session.started";
inline constexpr std::string_view resumed = "session.resumed";
inline constexpr std::string_view ack = "session.ack";
inline constexpr std::string_view ping = "session.ping";
inline constexpr std::string_view pong = "session.pong";
inline constexpr std::string_view draining = "session.draining";
inline constexpr std::string_view end = "session.end";
inline constexpr std::string_view closed = "session.closed";
}  // namespace method

enum class wire_format : std::uint8_t { json, msgpack };
BOOST_DESCRIBE_ENUM(wire_format, json, msgpack)

struct client_identity {
  std::string name;
  std::optional<std::string> version;
};
BOOST_DESCRIBE_STRUCT(client_identity, (), (name, version))

struct open_params {
  std::optional<std::string> token;
  std::optional<std::vector<wire_format>> formats;
  std::optional<client_identity> client;
  std::optional<bool> requests;
  std::optional<std::string> resume_token;
  std::optional<std::uint64_t> received;
};
BOOST_DESCRIBE_STRUCT(open_params, (), (token, formats, client, requests, resume_token, received))

struct session_limits {
  std::uint64_t max_message_bytes = 0;
  std::uint64_t max_batch = 0;
};
BOOST_DESCRIBE_STRUCT(session_limits, (), (max_message_bytes, max_batch))

struct started_params {
  std::string session;
  std::string resume_token;
  std::string instance;
  std::string version;
  std::uint64_t resume_window_ms = 0;
  std::uint64_t resume_buffer_bytes = 0;
  std::uint64_t heartbeat_ms = 0;
  session_limits limits;
};
BOOST_DESCRIBE_STRUCT(started_params, (),
                      (session, resume_token, instance, version, resume_window_ms,
                       resume_buffer_bytes, heartbeat_ms, limits))

/// The session goes on.
struct recovered_params {
  bool recovered = true;
  std::uint64_t received = 0;
  std::uint64_t from = 0;
};
BOOST_DESCRIBE_STRUCT(recovered_params, (), (recovered, received, from))

/// Why a session could not be resumed.
enum class loss : std::uint8_t {
  unknown,    ///< no resume token of ours
  restarted,  ///< of another instance
  expired,    ///< ours, no longer kept
  overflow,   ///< what is missing was forgotten
  forbidden,  ///< the principal may less than before
};
BOOST_DESCRIBE_ENUM(loss, unknown, restarted, expired, overflow, forbidden)

/// A fresh session in place of the one that was asked for.
struct lost_params : started_params {
  bool recovered = false;
  loss reason = loss::unknown;
};
BOOST_DESCRIBE_STRUCT(lost_params, (started_params), (recovered, reason))

struct ack_params {
  std::uint64_t received = 0;
};
BOOST_DESCRIBE_STRUCT(ack_params, (), (received))

struct draining_params {
  std::uint64_t deadline_ms = 0;
  std::uint64_t retry_after_ms = 1000;

  static draining_params within(std::chrono::milliseconds patience) {
    return {.deadline_ms = static_cast<std::uint64_t>(patience.count())};
  }
};
BOOST_DESCRIBE_STRUCT(draining_params, (), (deadline_ms, retry_after_ms))

/// What a close code says on a WebSocket, told on an event stream or by a poll.
struct closed_params {
  std::uint64_t code = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(closed_params, (), (code, reason))

}  // namespace sidewire::session
