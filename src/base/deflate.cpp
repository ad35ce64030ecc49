#include "base/deflate.hpp"

#define ZLIB_CONST  // zlib takes its input as const
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

namespace sidewire::base {
namespace {

/// Output grows by so much at a time.
constexpr std::size_t step_bytes = std::size_t{16} * 1024;
/// The last of zlib's fast levels: who waits for the answer pays for each further one.
constexpr int level = 3;
/// What zlib adds to the bits of a window for gzip.
constexpr int gzip_bits = 16;

/// What zlib calls the size of the window, its sign and addend included.
constexpr int bits_of(deflate_form form, int window_bits) noexcept {
  return form == deflate_form::raw ? -window_bits : window_bits + gzip_bits;
}

/// zlib counts in 32 bits.
uInt count_of(std::size_t bytes) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

const Bytef* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const Bytef*>(text.data());
}

void require_memory(int status) {
  if (status == Z_MEM_ERROR) throw std::bad_alloc{};
  if (status != Z_OK) throw std::invalid_argument{"zlib has no such stream"};
}

}  // namespace

void inflater::ending::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

inflater::inflater(deflate_form form, int window_bits) {
  auto made = std::make_unique<z_stream>();
  require_memory(inflateInit2(made.get(), bits_of(form, window_bits)));
  stream_.reset(made.release());
}

inflater::outcome inflater::inflate(std::string_view& input, buffer& out, std::size_t max_bytes) {
  for (;;) {
    char beyond = 0;  // where a byte more than the bound shows itself
    const std::size_t room = std::min(step_bytes, max_bytes - std::min(out.size(), max_bytes));
    char* const to = room == 0 ? &beyond : out.prepare(room);
    const std::size_t asked = std::max<std::size_t>(room, 1);
    z_stream& zlib = *stream_;
    zlib.next_in = bytes_of(input);
    zlib.avail_in = count_of(input.size());
    zlib.next_out = reinterpret_cast<Bytef*>(to);
    zlib.avail_out = count_of(asked);
    const int status = ::inflate(&zlib, Z_SYNC_FLUSH);
    input.remove_prefix(static_cast<std::size_t>(zlib.next_in - bytes_of(input)));
    const std::size_t made = asked - zlib.avail_out;
    if (room == 0 && made != 0) return outcome::too_large;
    out.commit(made);
    if (status == Z_STREAM_END) return outcome::end;
    if (status == Z_MEM_ERROR) throw std::bad_alloc{};
    if (status != Z_OK && status != Z_BUF_ERROR) return outcome::broken;
    if (zlib.avail_out != 0 && input.empty()) return outcome::need_more;
  }
}

bool inflater::is_between_blocks() const noexcept {
  constexpr int after_block = 128;
  return (stream_->data_type & after_block) != 0;
}

void inflater::reset() noexcept {
  inflateReset(stream_.get());
}

void deflater::ending::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

deflater::deflater(deflate_form form, int window_bits) {
  // Makes the table of matches as large as the window's own.
  const int memory_level = std::max(window_bits - 7, 1);
  auto made = std::make_unique<z_stream>();
  require_memory(deflateInit2(made.get(), level, Z_DEFLATED, bits_of(form, window_bits),
                              memory_level, Z_DEFAULT_STRATEGY));
  stream_.reset(made.release());
}

bool deflater::deflate(std::string_view input, piece kind, buffer& out, std::size_t max_bytes) {
  const std::size_t before = out.size();
  z_stream& zlib = *stream_;
  zlib.next_in = bytes_of(input);
  zlib.avail_in = count_of(input.size());
  const bool is_whole = zlib.avail_in == input.size();
  int status = Z_OK;
  do {
    const std::size_t room = std::min(step_bytes, max_bytes - (out.size() - before));
    if (room == 0 || !is_whole) {
      out.truncate(before);
      reset();
      return false;
    }
    zlib.next_out = reinterpret_cast<Bytef*>(out.prepare(room));
    zlib.avail_out = count_of(room);
    status = ::deflate(&zlib, kind == piece::last ? Z_FINISH : Z_SYNC_FLUSH);
    out.commit(room - zlib.avail_out);
  } while (zlib.avail_out == 0 && status != Z_STREAM_END);
  if (kind == piece::last) reset();
  return true;
}

void deflater::reset() noexcept {
  deflateReset(stream_.get());
}

}  // namespace sidewire::base
