#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "load/options.hpp"
#include "load/upload_line.hpp"

namespace sidewire::bench {

/// One client that has had the answer to its first request and from then on listens; with a session
/// it acknowledges what comes. Not thread-safe.
class listener {
 public:
  using taker = std::function<void(std::string_view)>;

  virtual ~listener() = default;

  /// Of a socket that does not block.
  virtual int descriptor() const = 0;
  /// Reads once, into `shared` where nothing is held, and gives each whole message but the
  /// session's own to `take`. `clock` is read after the bytes have come, before they are looked at.
  /// Throws std::runtime_error where the server ends, or passes over a number of the session.
  virtual void receive(std::span<char> shared, std::uint64_t& clock, const taker& take) = 0;
  /// Acknowledges all that has come, where there is a session.
  virtual void acknowledge() = 0;
};

/// The connection for what sessions over HTTP send; null where nothing goes that way.
std::unique_ptr<upload_line> connect_uploads(const options& wanted);

/// Connects, opens a session where the dialect has one, and makes the first request, blocking.
/// `uploads` is what `connect_uploads` made; both arguments outlive the listener. `index` counts
/// the listeners of a run, which acknowledge at different moments where they do so seldom.
std::unique_ptr<listener> start_listening(const options& wanted, upload_line* uploads,
                                          std::size_t index);

/// The same by transport.
std::unique_ptr<listener> listen_on_websocket(const options& wanted);
std::unique_ptr<listener> listen_on_topic_stream(const options& wanted);
std::unique_ptr<listener> listen_on_event_stream(const options& wanted, upload_line& uploads,
                                                 std::size_t index);
std::unique_ptr<listener> listen_by_polls(const options& wanted, upload_line& uploads);

}  // namespace sidewire::bench
