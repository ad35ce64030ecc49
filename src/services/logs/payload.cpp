#include "services/logs/payload.hpp"

#include <zlib.h>

#include <new>
#include <sidewire/description.hpp>
#include <stdexcept>

#include "base/buffer.hpp"
#include "codec/writer.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

void pack(codec::msgpack_writer& writer, const parsed_line& line) {
  writer.begin_object(2 + (line.time ? 1u : 0u) + (line.level ? 1u : 0u));
  if (line.time) {
    const rfc3339_text time = to_rfc3339(*line.time);
    writer.name("time");
    writer.string({time.data(), time.size()});
  }
  if (line.level) {
    writer.name("level");
    writer.string(describe<log_level>().enumerators[static_cast<std::size_t>(*line.level)]);
  }
  writer.name("message");
  writer.string(line.message);
  writer.name("line");
  writer.string(line.line);
}

}  // namespace

std::size_t packed_bytes(const entry_list& entries) {
  constexpr std::size_t names_and_time = 55;
  std::size_t sum = 5;
  for (const parsed_line& line : entries.lines()) {
    sum += names_and_time + line.line.size() + line.message.size();
  }
  return sum;
}

std::string packed(const entry_list& newest_first) {
  // By way of a small buffer that stays in the processor's cache: fresh memory is what costs here.
  constexpr std::size_t piece_bytes = 64 * 1024;
  std::string text;
  text.reserve(packed_bytes(newest_first));
  base::buffer piece;
  codec::msgpack_writer writer{piece};
  const auto lines = newest_first.lines();
  writer.begin_array(lines.size());
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    pack(writer, *line);
    if (piece.size() < piece_bytes) continue;
    text.append(piece.view());
    piece.clear();
  }
  return text.append(piece.view());
}

std::string gzipped(std::string_view text) {
  constexpr int gzip_window_bits = 15 + 16;
  constexpr int memory_level = 8;
  z_stream stream{};
  if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc{};
  }
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::length_error{"text for gzip is too long"};
  return out;
}

}  // namespace sidewire::services::logs
