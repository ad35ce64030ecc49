#include "client/cli/params.hpp"

#include <set>
#include <sidewire/description.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "base/utf8.hpp"
#include "client/cli/json_syntax.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"

namespace sidewire::cli {

namespace {

error refused(std::string message) {
  return error{error_kind::invalid_params, std::move(message)};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// The text as a value, when it is valid JSON.
result<json> read_json(std::string_view text, std::string_view origin) {
  const std::string_view value = trimmed(text);
  if (const auto problem = find_syntax_problem(value)) {
    return refused(std::string{origin} + " is no valid JSON: line " +
                   std::to_string(problem->line) + ", column " + std::to_string(problem->column) +
                   ": " + problem->message);
  }
  json read;
  const auto valid = codec::decode(json_view{value, format::json}, describe<json>(), &read);
  if (!valid) return refused(std::string{origin} + " is no valid JSON: " + valid.error().message());
  return read;
}

result<std::optional<json>> read_whole(std::string_view text, std::string_view origin) {
  auto read = read_json(text, origin);
  if (!read) return read.error();
  if (read->text().front() != '{' && read->text().front() != '[') {
    return refused(std::string{origin} +
                   " must be a JSON object or array: {\"name\": value} or [value, …]");
  }
  return std::optional<json>{std::move(*read)};
}

bool looks_like_json(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  return !text.empty() &&
         std::string_view{"{[\"-0123456789"}.find(text.front()) != std::string_view::npos;
}

/// One member's value as JSON.
result<json> read_member(std::string_view name, std::string_view value,
                         const file_reader& read_file) {
  const bool is_text = value.starts_with('=');
  if (is_text) value.remove_prefix(1);
  std::string from_file;
  if (!is_text && value.starts_with('@')) {
    auto read = read_file(std::string{value.substr(1)});
    if (!read) return std::move(read).error();
    from_file = std::move(*read);
    value = from_file;
  }
  if (!is_text && looks_like_json(trimmed(value))) {
    // Structures are meant as JSON; "2024-01-01" and "-" are text after all.
    auto read = read_json(value, "the value of " + std::string{name});
    if (read) return read;
    if (std::string_view{"{[\""}.find(trimmed(value).front()) != std::string_view::npos) {
      return refused(read.error().message() + "; for text write " + std::string{name} + "==…");
    }
  }
  if (!base::is_valid_utf8(value)) {
    return refused("the value of " + std::string{name} + " is no UTF-8");
  }
  base::buffer text;
  codec::encode(text, format::json, std::string{value});
  return json{std::string{text.view()}};
}

result<std::optional<json>> read_members(const std::vector<std::string>& arguments,
                                         const file_reader& read_file) {
  std::string object = "{";
  std::set<std::string_view> names;
  for (const std::string_view argument : arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return refused('"' + std::string{argument} +
                     "\" is neither JSON, which begins with { or [, nor name=value; quote JSON for "
                     "the shell: '{\"name\": value}'");
    }
    const std::string_view name = argument.substr(0, equals);
    if (!names.insert(name).second) return refused(std::string{name} + " is there twice");
    auto value = read_member(name, argument.substr(equals + 1), read_file);
    if (!value) return std::move(value).error();
    base::buffer key;
    codec::encode(key, format::json, std::string{name});
    if (object.size() > 1) object += ',';
    object.append(key.view()).append(1, ':').append(value->text());
  }
  return std::optional<json>{json{object + '}'}};
}

}  // namespace

result<std::optional<json>> read_params(const std::vector<std::string>& arguments,
                                        const file_reader& read_file) {
  if (arguments.empty()) return std::optional<json>{};
  const std::string_view first = trimmed(arguments.front());
  const bool is_file = first == "-" || first.starts_with('@');
  if (!is_file && !first.starts_with('{') && !first.starts_with('[')) {
    return read_members(arguments, read_file);
  }
  if (arguments.size() > 1) {
    return refused("params are one JSON value, or name=value pairs, not both");
  }
  if (!is_file) return read_whole(first, "the params");
  const auto text = read_file(std::string{first.substr(first == "-" ? 0 : 1)});
  if (!text) return text.error();
  return read_whole(*text, first == "-" ? "standard input" : first.substr(1));
}

}  // namespace sidewire::cli
