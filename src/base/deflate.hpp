#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/buffer.hpp"

struct z_stream_s;  // zlib's; its header is seen by deflate.cpp alone

/// DEFLATE (RFC 1951) as both transports use it: streams of zlib that write into a buffer up to a
/// bound. What a stream means to its protocol is decided there.
namespace sidewire::base {

enum class deflate_form : std::uint8_t {
  raw,   ///< RFC 1951 alone
  gzip,  ///< within a header and a checksum (RFC 1952)
};

/// A window is 2^bits bytes. A raw stream of 8 bits can be inflated, and not be written by zlib.
inline constexpr int min_inflate_window_bits = 8;
inline constexpr int min_deflate_window_bits = 9;
inline constexpr int max_window_bits = 15;

/// Reads a stream that comes in pieces. About 7 KB, and its window from the first byte on. Not
/// thread-safe.
class inflater {
 public:
  explicit inflater(deflate_form form, int window_bits = max_window_bits);

  enum class outcome : std::uint8_t {
    need_more,  ///< all of the input is read
    end,        ///< the stream's last block ends here; `reset` begins another
    too_large,  ///< a byte more than the bound
    broken,
  };

  /// Appends to `out` what the front of `input` holds, and takes off `input` what was read. `out`
  /// never has more than `max_bytes`: reading stops there. After `too_large` and `broken` only
  /// `reset` may follow.
  outcome inflate(std::string_view& input, buffer& out, std::size_t max_bytes);
  /// Whether what was read so far ends with a block.
  bool is_between_blocks() const noexcept;
  /// Forgets the window: a new stream begins.
  void reset() noexcept;

 private:
  struct ending {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, ending> stream_;
};

/// Writes a stream. 4 times its window, as much again, and 6 KB. Not thread-safe.
class deflater {
 public:
  explicit deflater(deflate_form form, int window_bits = max_window_bits);

  enum class piece : std::uint8_t {
    flushed,  ///< ends at a byte, with an empty block (`00 00 FF FF`); the stream goes on
    last,     ///< ends the stream; the next piece begins another
  };

  /// Appends `input` to `out`, deflated, where that takes no more than `max_bytes`. Otherwise `out`
  /// is as it was, the stream begins anew, and the answer is false.
  bool deflate(std::string_view input, piece kind, buffer& out, std::size_t max_bytes);
  /// Forgets the window: a new stream begins.
  void reset() noexcept;

 private:
  struct ending {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, ending> stream_;
};

}  // namespace sidewire::base
