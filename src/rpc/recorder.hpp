#pragma once

#include <cstdint>
#include <sidewire/json.hpp>
#include <string_view>

namespace sidewire::rpc {

enum class recorded_direction : std::uint8_t {
  in,   ///< from the caller
  out,  ///< to it
};

/// Is told of every message of every caller while the server records its traffic. Any thread.
class recorder {
 public:
  virtual ~recorder() = default;

  /// A number of its own for each caller.
  virtual std::uint64_t number_caller() noexcept = 0;
  /// `message` need not be valid, and holds whatever secrets it holds.
  virtual void record(std::uint64_t caller, recorded_direction direction, format as,
                      std::string_view message) = 0;
};

}  // namespace sidewire::rpc
