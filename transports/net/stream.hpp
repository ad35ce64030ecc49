#pragma once

#include <sys/uio.h>

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace sidewire::net {

using executor = boost::asio::io_context::executor_type;

/// Waits of a stream end here. The object stays alive while a wait is pending because the wait
/// holds it.
class stream_user {
 public:
  virtual ~stream_user() = default;
  /// The stream may have bytes, its end, or an error to read. `self` is the reference that the wait
  /// held, to be moved into the next wait. Not called after the stream was closed.
  virtual void on_readable(std::shared_ptr<stream_user> self) = 0;
  /// The stream may take bytes again.
  virtual void on_writable(std::shared_ptr<stream_user> self) = 0;
};

enum class io_status : std::uint8_t {
  done,         ///< `count` bytes, at least one
  would_block,  ///< nothing now: wait
  end,          ///< the peer sends nothing more (read only); the stream can still be written
  failed,       ///< the connection is gone
};

struct io_result {
  io_status status;
  std::size_t count = 0;
};

/// A connected byte stream: tcp, unix or tls behind one interface. Non-blocking; `wait_…` and then
/// try. A stream belongs to one shard, and only that shard's thread may call it.
class stream {
 public:
  virtual ~stream() = default;

  /// `into` is not empty.
  virtual io_result read_some(std::span<char> into) = 0;
  /// Gathers `buffers`, at least one byte in all, into one system call (TLS: into full records).
  /// Bytes that were not taken must come first in the next call: TLS may have encrypted them.
  virtual io_result write_some(std::span<const iovec> buffers) = 0;

  /// At most one wait of each kind at a time.
  virtual void wait_readable(std::shared_ptr<stream_user> user) = 0;
  virtual void wait_writable(std::shared_ptr<stream_user> user) = 0;

  /// Lets go of its shard, with its pending waits, which are not called. Only `enter` may follow.
  virtual void leave() = 0;
  /// Goes on with the shard of `context`, on that shard's thread. False when the system does not
  /// let the socket be watched there; the stream is closed then.
  virtual bool enter(boost::asio::io_context& context) = 0;

  /// No more is written: FIN, after TLS's close_notify.
  virtual void shutdown_write() = 0;
  /// Closes at once. Pending waits let go of their user without calling it.
  virtual void close() = 0;
};

}  // namespace sidewire::net
