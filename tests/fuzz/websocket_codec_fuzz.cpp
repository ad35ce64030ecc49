// Whatever a client sends, and however the network cuts it: the codec keeps its contract (the
// driver throws where it does not) and says the same as of the whole stream.
//
// Input: two bytes of limit, a byte that says how many piece sizes follow (its lower half) and what
// was agreed on about compression (its upper half), those sizes, the stream.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/unit/websocket/codec_driver.hpp"

namespace {

using namespace sidewire::websocket;

/// 128: messages may be compressed; 64: each alone; 32: with the smallest window.
test::agreement agreement_of(std::uint8_t byte) {
  if ((byte & 128) == 0) return std::nullopt;
  deflate_terms agreed;
  if ((byte & 64) != 0) agreed.client_context = deflate_context::reset;
  if ((byte & 32) != 0) agreed.client_window_bits = sidewire::base::min_inflate_window_bits;
  return agreed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t max_message_bytes = std::size_t{data[0]} << 8 | data[1];
  const std::size_t piece_count = data[2] % 16;
  const test::agreement agreed = agreement_of(data[2]);
  input.remove_prefix(3);
  const std::string_view sizes = input.substr(0, piece_count);
  const std::string_view stream = input.substr(sizes.size());

  const auto said = [&](auto next_piece_bytes) {
    return test::events_in_pieces(stream, max_message_bytes, next_piece_bytes, agreed);
  };
  const auto whole = said([&] { return stream.size(); });
  const auto by_byte = said([] { return 1; });
  std::size_t next = 0;
  const auto cut = said([&] {
    return sizes.empty() ? 7u : static_cast<unsigned char>(sizes[next++ % sizes.size()]);
  });
  if (by_byte != whole || cut != whole) std::abort();
  return 0;
}
