#include "rest/query.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/buffer.hpp"
#include "base/utf8.hpp"
#include "codec/misfit.hpp"
#include "codec/reader.hpp"
#include "rpc/openrpc_writer.hpp"

namespace sidewire::rest {

namespace {

constexpr std::string_view token_parameter = "access_token";

std::optional<unsigned char> hexadecimal(std::string_view digits) {
  unsigned char byte = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
  const bool is_byte = digits.size() == 2 && failed == std::errc{} && end == digits.data() + 2;
  return is_byte ? std::optional{byte} : std::nullopt;
}

/// The whole of a text as a number; nothing where it is none of that type.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  return failed == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

bool is_json(std::string_view text) {
  base::buffer padded;
  padded.append(text);
  padded.prepare(0);
  return codec::reader{codec::max_depth_of_any_text}.read(padded.view(), format::json).has_value();
}

/// Null where nothing is known of a member.
const type_description* type_of_member(const type_description* params, std::string_view name) {
  if (params == nullptr) return nullptr;
  if (params->kind == type_kind::map) return &without_optional(params->element());
  const auto found = std::ranges::find(params->fields, name, &field_description::name);
  return found == params->fields.end() ? nullptr : &without_optional(found->type());
}

/// Writes the params; functions return false where a text is nothing of its type.
class params_writer {
 public:
  bool write(const query_parameter& given, const type_description* type);
  std::string finish() && {
    out_.close_object();
    return std::move(out_).finish();
  }
  error take_error() { return std::move(why_).take(); }

  params_writer() { out_.open_object(); }

 private:
  bool write_all(const query_parameter& given, const type_description* element);
  bool write_value(std::string_view name, const type_description* type, const std::string& text);
  bool write_integer(std::string_view name, const std::string& text);
  bool write_number(std::string_view name, const std::string& text);
  bool write_json(std::string_view name, const std::string& text, std::string_view expected);

  rpc::document_writer out_;
  codec::misfit why_;
};

bool params_writer::write(const query_parameter& given, const type_description* type) {
  const auto within = [&](bool fits) { return fits || why_.within(given.name); };
  if (type != nullptr && type->kind == type_kind::array) {
    return within(write_all(given, &without_optional(type->element())));
  }
  if (given.values.size() == 1) return within(write_value(given.name, type, given.values.front()));
  const bool takes_any =
      type == nullptr || type->kind == type_kind::any || type->kind == type_kind::any_view;
  if (takes_any) return within(write_all(given, nullptr));
  return within(why_.expected("it once"));
}

bool params_writer::write_all(const query_parameter& given, const type_description* element) {
  out_.open_array(given.name);
  for (std::size_t index = 0; index != given.values.size(); ++index) {
    if (!write_value({}, element, given.values[index])) return why_.within(index);
  }
  out_.close_array();
  return true;
}

bool params_writer::write_value(std::string_view name, const type_description* type,
                                const std::string& text) {
  switch (type == nullptr ? type_kind::any : type->kind) {
    case type_kind::boolean:
      if (text != "true" && text != "false") return why_.expected("true or false");
      out_.boolean(name, text == "true");
      return true;
    case type_kind::signed_integer:
    case type_kind::unsigned_integer:
      return write_integer(name, text);
    case type_kind::number:
      return write_number(name, text);
    case type_kind::string:
    case type_kind::binary:
    case type_kind::enumeration:
      out_.text(name, text);
      return true;
    case type_kind::any:
    case type_kind::any_view:
      is_json(text) ? out_.raw(name, text) : out_.text(name, text);
      return true;
    case type_kind::null:
      if (text != "null") return why_.expected("null");
      out_.raw(name, text);
      return true;
    case type_kind::optional:
      return write_value(name, &without_optional(*type), text);
    case type_kind::array:
      return write_json(name, text, "the JSON text of an array");
    case type_kind::map:
    case type_kind::object:
      return write_json(name, text, "the JSON text of an object");
  }
  return false;
}

bool params_writer::write_integer(std::string_view name, const std::string& text) {
  if (const auto number = number_of<std::int64_t>(text)) {
    out_.integer(name, *number);
  } else if (const auto large = number_of<std::uint64_t>(text)) {
    out_.raw(name, std::to_string(*large));
  } else {
    return why_.expected("an integer");
  }
  return true;
}

bool params_writer::write_number(std::string_view name, const std::string& text) {
  const auto number = number_of<double>(text);
  if (!number || !std::isfinite(*number)) return why_.expected("a number");
  out_.number(name, *number);
  return true;
}

bool params_writer::write_json(std::string_view name, const std::string& text,
                               std::string_view expected) {
  if (!is_json(text)) return why_.expected(expected);
  out_.raw(name, text);
  return true;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const auto byte = hexadecimal(text.substr(at + 1, 2));
      if (!byte) return std::nullopt;
      decoded += static_cast<char>(*byte);
      at += 2;
    } else {
      decoded += text[at] == '+' && plus == plus_sign::space ? ' ' : text[at];
    }
  }
  if (!base::is_valid_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                          byte == '_' || byte == '~';
    if (is_plain) {
      encoded += character;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

std::string_view take_front(std::string_view& text, char separator) noexcept {
  const std::size_t end = text.find(separator);
  if (end == text.npos) return std::exchange(text, std::string_view{});
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(end + 1);
  return front;
}

result<std::vector<query_parameter>> read_query(std::string_view query) {
  std::vector<query_parameter> all;
  while (!query.empty()) {
    std::string_view member = take_front(query, '&');
    if (member.empty()) continue;
    auto name = percent_decoded(take_front(member, '='), plus_sign::space);
    auto value = percent_decoded(member, plus_sign::space);
    if (!name || !value) {
      return error{error_kind::invalid_params, "a parameter of the query is badly encoded"};
    }
    if (*name == token_parameter) continue;
    const auto known = std::ranges::find(all, *name, &query_parameter::name);
    query_parameter& given =
        known != all.end() ? *known : all.emplace_back(query_parameter{*std::move(name), {}});
    given.values.push_back(*std::move(value));
  }
  return all;
}

result<std::string> params_of_query(const std::vector<query_parameter>& given,
                                    const type_description* type) {
  params_writer out;
  for (const query_parameter& one : given) {
    if (!out.write(one, type_of_member(type, one.name))) return out.take_error();
  }
  return std::move(out).finish();
}

}  // namespace sidewire::rest
