// Any bytes as a MessagePack message: what is accepted and what it says agrees with another reader,
// comes through JSON and back, and its params through described types; what is refused is a
// parse_error.
//
// Input: the message.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/message_checks.hpp"
#include "tests/fuzz/msgpack_oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sidewire;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto said = fuzz::check_message(bytes, format::msgpack);
  const auto judged = fuzz::judge_msgpack(bytes, fuzz::max_depth);
  fuzz::require(said == judged, "two readers of MessagePack say the same");
  return 0;
}
