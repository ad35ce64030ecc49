#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sidewire::base {

/// Every bound of the server, with its default, its unit and what happens when it is passed. The
/// configuration's `[limits]` sets each by the same name with dashes. Immutable once serving.
struct limits {
  /// Bytes of one message. WebSocket: close 1009; HTTP: 413.
  std::size_t max_message_bytes = 16 * 1024 * 1024;
  /// Arrays and objects open at once in one message. -32700, `limit: "maxDepth"`.
  std::size_t max_depth = 256;
  /// Calls in a batch. One `limit_exceeded` with a null id, nothing runs.
  std::size_t max_batch = 100;
  /// Bytes of an HTTP request's line and headers. 431.
  std::uint32_t max_header_bytes = 16 * 1024;
  /// Calls in flight of a connection or session. `server_busy`.
  std::size_t max_calls_in_flight = 1024;
  /// Blocking calls that wait for a worker. `server_busy`.
  std::size_t max_waiting_blocking_calls = 1024;
  /// Bytes of a result or of collected progress. `response_too_large`.
  std::size_t max_response_bytes = 64 * 1024 * 1024;
  /// Unsent bytes of a connection. Nothing more is read from it until they have gone.
  std::size_t max_unsent_bytes = 4 * 1024 * 1024;
  /// Connections of the server. HTTP: 503; WebSocket: close 1013.
  std::size_t max_connections = 10'000;
  /// Bytes of a message on a connection that has not authenticated. 1009.
  std::size_t max_unauthenticated_bytes = 64 * 1024;
  /// JSON of a result beyond this goes as MessagePack where the client offered it.
  std::size_t binary_threshold_bytes = 1024 * 1024;
  /// A WebSocket message or HTTP body below this is never compressed.
  std::size_t compression_threshold_bytes = 1024;

  /// Subscriptions of a session or connection. `limit_exceeded`.
  std::size_t max_subscriptions = 1'000;
  /// Publications that a subscription may ask to have kept while it is slow. `limit_exceeded`.
  std::size_t max_subscription_buffer = 10'000;
  /// Bytes of publications that a shard keeps of one topic for slow subscriptions beyond its
  /// history. The oldest are dropped, and told as `topic.lagged`.
  std::size_t max_window_bytes = 64 * 1024 * 1024;
  /// Topics that were ever published to or are subscribed to. `limit_exceeded`.
  std::size_t max_topics = 10'000;
  /// Keys of a topic whose newest publications are kept. The oldest is dropped.
  std::size_t max_topic_keys = 10'000;
  /// Publications of a topic that wait for its rate. They go at once.
  std::size_t max_waiting_publications = 10'000;
  /// Bytes of publications on their way from a program's threads to the topics. They are refused.
  std::size_t max_waiting_publish_bytes = 64 * 1024 * 1024;
  /// Publications in an answer of `topic.history`. It holds no more.
  std::size_t max_history_page = 1'000;
  /// Bytes of the file that traffic is recorded to. It ends there.
  std::size_t max_record_bytes = 256 * 1024 * 1024;
  /// Unacknowledged bytes that a session keeps for its client. Beyond, the oldest are forgotten,
  /// and a resume from before them starts afresh (`overflow`).
  std::size_t resume_buffer_bytes = 4 * 1024 * 1024;
  /// Sessions without a connection: in all, their bytes, and of one principal. The least used and
  /// then the oldest end (`expired`).
  std::size_t max_detached_sessions = 1000;
  std::size_t max_detached_bytes = 256 * 1024 * 1024;
  std::size_t max_detached_per_principal = 100;
  /// Requests of the server to one client that wait for their answer. `limit_exceeded` to whoever
  /// asks.
  std::size_t max_client_requests = 256;
  /// Calls with an idempotency key that run or whose answers are kept: the oldest answers go, and
  /// where all run the next is answered `server_busy`. Their params and answers in bytes.
  std::size_t max_keyed_calls = 10'000;
  std::size_t max_keyed_bytes = 64 * 1024 * 1024;

  /// From accepting a connection to the end of its request's headers (TLS handshake included). The
  /// connection is closed.
  std::chrono::milliseconds handshake_timeout{10'000};
  /// An HTTP connection without a request. It is closed.
  std::chrono::milliseconds keep_alive_timeout{75'000};
  /// A request's body without a byte, and in all. 408.
  std::chrono::milliseconds body_idle_timeout{30'000};
  std::chrono::milliseconds body_timeout{300'000};
  /// A reader that takes no byte of what waits for it. WebSocket: 4008; HTTP: closed.
  std::chrono::milliseconds write_timeout{30'000};
  /// A close handshake. The connection is closed.
  std::chrono::milliseconds close_timeout{5'000};
  /// A WebSocket without authentication. 4500.
  std::chrono::milliseconds authentication_timeout{10'000};
  /// A session's connection without `session.open`. 4501.
  std::chrono::milliseconds open_timeout{10'000};
  /// How long a session waits for its client to come back. It ends (`expired`).
  std::chrono::milliseconds resume_window{60'000};
  /// How long the answer of a call with an idempotency key is kept after its end.
  std::chrono::milliseconds keyed_lifetime{600'000};
  /// How long a poll of a session is held without a message. It is answered empty.
  std::chrono::milliseconds max_poll{25'000};
  /// Silence until a ping; twice as much closes with 4012.
  std::chrono::milliseconds heartbeat{15'000};
};

}  // namespace sidewire::base
