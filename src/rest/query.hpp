#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sidewire::rest {

/// What a plus sign in an encoded text stands for: in a query a space, as forms have it.
enum class plus_sign : std::uint8_t { plus, space };

/// Percent-decoded (RFC 3986, 2.1). Nothing where an escape is malformed or the bytes are no UTF-8.
std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus);
/// Everything but unreserved characters as escapes.
std::string percent_encoded(std::string_view text);

/// Takes what stands before the separator from the front of a text, and the separator; all of it
/// where there is none.
std::string_view take_front(std::string_view& text, char separator) noexcept;

/// What stands within `optional`, however often: a query has no null.
inline const type_description& without_optional(const type_description& type) {
  return type.kind == type_kind::optional ? without_optional(type.element()) : type;
}

/// One name of a query and all that was given for it, decoded.
struct query_parameter {
  std::string name;
  std::vector<std::string> values;
};
/// In the order in which the names came first; invalid_params where one is badly encoded. The
/// parameter `access_token` proves who asks, and is left out.
result<std::vector<query_parameter>> read_query(std::string_view query);

/// Parameters as a method's params by name: JSON text for the type described, which is judged by
/// whoever decodes it, unknown names included. A null type has no members. A scalar stands for
/// itself, an array is given by repetition, an object or map as JSON text, and a value of any type
/// as JSON text or, where it is none, as a string. invalid_params with a pointer where a text is
/// nothing of its type.
result<std::string> params_of_query(const std::vector<query_parameter>& given,
                                    const type_description* type);

}  // namespace sidewire::rest
