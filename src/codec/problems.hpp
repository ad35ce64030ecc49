#pragma once

#include <cstddef>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>

namespace sidewire::codec {

/// The two ways in which a text cannot be read.
inline error unreadable(std::string_view why) {
  return error{error_kind::parse_error, std::string{why}};
}
inline error too_deep(std::size_t max_depth) {
  return error{error_kind::parse_error, "the message is nested deeper than " +
                                            std::to_string(max_depth) + " arrays and objects"}
      .limit("maxDepth");
}

}  // namespace sidewire::codec
