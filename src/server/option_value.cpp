#include "server/option_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"

namespace sidewire::server {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

template <class Value>
std::optional<option_value> as_option_value(std::optional<Value> value) {
  if (!value) return std::nullopt;
  return option_value{*std::move(value)};
}

bool is_word_of(const value_rule& rule, std::string_view text) {
  return std::ranges::find(rule.choices, text) != rule.choices.end();
}

std::optional<std::string> problem_with_text(const value_rule& rule, std::string_view text) {
  if (!base::is_valid_utf8(text)) return "it is not valid UTF-8";
  if (rule.problem_of)
    if (auto problem = rule.problem_of(text)) return problem;
  if (rule.kind == value_kind::choice && !is_word_of(rule, text))
    return "'" + std::string{text} + "' is not known; expected " + expectation(rule);
  return std::nullopt;
}

}  // namespace

bool is_list(value_kind kind) noexcept {
  return kind == value_kind::text_list || kind == value_kind::path_list ||
         kind == value_kind::address_list;
}

std::string number_text(double value) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

std::string expectation(const value_rule& rule) {
  const auto range = [&] {
    return " from " + number_text(rule.min) + " to " + number_text(rule.max);
  };
  switch (rule.kind) {
    case value_kind::flag:
      return "true or false";
    case value_kind::integer:
      return "a whole number" + range();
    case value_kind::seconds:
      return "a number of seconds" + range();
    case value_kind::text:
      return "a text";
    case value_kind::path:
      return "a path";
    case value_kind::text_list:
      return "an array of texts";
    case value_kind::path_list:
      return "an array of paths";
    case value_kind::address_list:
      return "an array of addresses";
    case value_kind::choice:
      break;
  }
  std::string words;
  for (std::size_t i = 0; i < rule.choices.size(); ++i) {
    if (i > 0) words += i + 1 == rule.choices.size() ? " or " : ", ";
    words += rule.choices[i];
  }
  return words;
}

std::optional<option_value> parse_value(const value_rule& rule, std::string_view text) {
  switch (rule.kind) {
    case value_kind::flag:
      return as_option_value(parse_flag(text));
    case value_kind::integer:
      return as_option_value(parse_number<std::int64_t>(text));
    case value_kind::seconds:
      return as_option_value(parse_number<double>(text));
    default:
      return option_value{std::string{text}};
  }
}

std::optional<std::string> problem_with(const value_rule& rule, const option_value& value) {
  const auto in_range = [&](double number) { return number >= rule.min && number <= rule.max; };
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (!in_range(static_cast<double>(*integer)))
      return std::to_string(*integer) + " is out of range; expected " + expectation(rule);
  } else if (const auto* seconds = std::get_if<double>(&value)) {
    if (!std::isfinite(*seconds)) return "expected " + expectation(rule);
    if (!in_range(*seconds))
      return number_text(*seconds) + " is out of range; expected " + expectation(rule);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    return problem_with_text(rule, *text);
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const auto& element : *list)
      if (auto problem = problem_with_text(rule, element)) return problem;
  }
  return std::nullopt;
}

}  // namespace sidewire::server
