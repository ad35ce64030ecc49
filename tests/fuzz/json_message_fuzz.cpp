// Any bytes as a JSON message: what is accepted and what it says agrees with another reader, comes
// through MessagePack and back, and its params through described types; what is refused is a
// parse_error.
//
// Input: the text.

#include <boost/json/src.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/json_oracle.hpp"
#include "tests/fuzz/message_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sidewire;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto said = fuzz::check_message(text, format::json);
  const auto judged = fuzz::judge_json(text, fuzz::max_depth);
  if (judged.knows) fuzz::require(said == judged.trace, "two readers of JSON say the same");
  return 0;
}
