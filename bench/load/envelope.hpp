#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidewire::bench {

/// What the answer to a poll brings (protocol, section 5): views of the text that was read.
struct envelope {
  std::uint64_t first = 0;  ///< number of the first counted message; 0: there is none
  std::vector<std::string_view> messages;
};

/// Throws std::runtime_error where the text is no envelope.
envelope read_envelope(std::string_view text);

/// What is posted: one message, the first of the session.
std::string first_envelope(std::string_view message);
/// An acknowledgement alone.
std::string acknowledging_envelope(std::uint64_t received);

}  // namespace sidewire::bench
