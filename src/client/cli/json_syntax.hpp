#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sidewire::cli {

/// Where a text stops being JSON, for somebody who typed it.
struct syntax_problem {
  std::size_t line = 1;    ///< from 1
  std::size_t column = 1;  ///< in bytes, from 1
  std::string message;     ///< such as "a ':' is missing after the name"
};

/// The first problem of a text with the grammar of RFC 8259. Says nothing of encodings and of the
/// range of numbers, which the codec judges.
std::optional<syntax_problem> find_syntax_problem(std::string_view text);

}  // namespace sidewire::cli
