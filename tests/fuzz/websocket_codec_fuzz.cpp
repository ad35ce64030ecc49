// Whatever a client sends, and however the network cuts it: the codec keeps its contract (the
// driver throws where it does not) and says the same as of the whole stream.
//
// Input: two bytes of limit, a byte that says how many piece sizes follow, those sizes, the stream.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/unit/websocket/codec_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidewire::websocket::test::events_in_pieces;
  if (size < 3) return 0;
  std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t max_message_bytes = std::size_t{data[0]} << 8 | data[1];
  const std::size_t piece_count = data[2] % 16;
  input.remove_prefix(3);
  const std::string_view sizes = input.substr(0, piece_count);
  const std::string_view stream = input.substr(sizes.size());

  const auto whole = events_in_pieces(stream, max_message_bytes, [&] { return stream.size(); });
  const auto by_byte = events_in_pieces(stream, max_message_bytes, [] { return 1; });
  std::size_t next = 0;
  const auto cut = events_in_pieces(stream, max_message_bytes, [&] {
    return sizes.empty() ? 7u : static_cast<unsigned char>(sizes[next++ % sizes.size()]);
  });
  if (by_byte != whole || cut != whole) std::abort();
  return 0;
}
