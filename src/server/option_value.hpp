#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sidewire::server {

enum class value_kind : std::uint8_t {
  flag,       ///< on or off: `--name`, `NAME=true`, `name = true`
  integer,    ///< a whole number
  seconds,    ///< seconds with fractions, kept to the millisecond
  text,       ///< any text that the option's check takes
  path,       ///< a file; a relative one in the configuration file starts at that file's folder
  choice,     ///< one of a few words
  text_list,  ///< repeated on the command line, an array in the file, commas in the environment
  path_list,
  address_list,  ///< listen addresses: a relative `unix:` path in the file starts at its folder
};

/// The value of an option on its way between a source and the configuration: a flag, an integer,
/// seconds, a text (`text`, `path`, `choice`) or a list.
using option_value =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Which values an option takes. A constant.
struct value_rule {
  value_kind kind = value_kind::text;
  /// Inclusive bounds of `integer` and `seconds`.
  double min = 0;
  double max = 0;
  std::span<const std::string_view> choices = {};
  /// What is wrong with a text, or with one element of a list, if anything.
  std::optional<std::string> (*problem_of)(std::string_view) = nullptr;
};

/// What tables of options say of their rows.
inline constexpr value_rule flag{.kind = value_kind::flag};
inline constexpr double million = 1'000'000;
inline constexpr double mebibyte = 1024 * 1024;
inline constexpr double gibibyte = 1024 * mebibyte;
inline constexpr double day = 24 * 60 * 60;  ///< seconds

bool is_list(value_kind kind) noexcept;

/// What the rule takes, in words: "a whole number from 0 to 65535".
std::string expectation(const value_rule& rule);

/// Reads a text of the command line or of the environment as the rule's type; for a list, one
/// element, as a text. Nothing where it is of another type; `problem_with` judges the rest.
std::optional<option_value> parse_value(const value_rule& rule, std::string_view text);

/// What is wrong with a value of the rule's type, if anything.
std::optional<std::string> problem_with(const value_rule& rule, const option_value& value);

/// The shortest decimal text of a number: `10`, `0.25`.
std::string number_text(double value);

}  // namespace sidewire::server
