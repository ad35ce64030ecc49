#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sidewire/description.hpp>
#include <string>
#include <utility>

#include "base/base64.hpp"
#include "codec/misfit.hpp"
#include "codec/node.hpp"

namespace sidewire::codec {

/// The types that contain no others: each function fills `into` or says why the node does not fit.

/// The integer that a node says, if it is one within `Integer`'s range. 5.0 and 1e3 are integers
/// (JSON Schema 2020-12, 6.1.1) as far as a double counts them exactly.
template <class Integer, class Node>
bool read_integer(const Node& node, void* into, misfit& why) {
  const auto store = [into](auto value) {
    *static_cast<Integer*>(into) = static_cast<Integer>(value);
    return true;
  };
  const value_kind kind = node.kind();
  if (kind == value_kind::unsigned_integer && std::in_range<Integer>(node.unsigned_integer())) {
    return store(node.unsigned_integer());
  }
  if (kind == value_kind::signed_integer && std::in_range<Integer>(node.signed_integer())) {
    return store(node.signed_integer());
  }
  if (kind == value_kind::number) {
    constexpr double exact = 9007199254740992.0;
    const double number = node.number();
    if (std::trunc(number) == number && std::abs(number) <= exact &&
        std::in_range<Integer>(static_cast<std::int64_t>(number))) {
      return store(number);
    }
  }
  using bounds = std::numeric_limits<Integer>;
  return why.expected("an integer from " + std::to_string(bounds::min()) + " to " +
                      std::to_string(bounds::max()));
}

template <class Node>
bool read_signed(const Node& node, const type_description& type, void* into, misfit& why) {
  switch (type.size_bytes) {
    case 1:
      return read_integer<std::int8_t>(node, into, why);
    case 2:
      return read_integer<std::int16_t>(node, into, why);
    case 4:
      return read_integer<std::int32_t>(node, into, why);
    default:
      return read_integer<std::int64_t>(node, into, why);
  }
}

template <class Node>
bool read_unsigned(const Node& node, const type_description& type, void* into, misfit& why) {
  switch (type.size_bytes) {
    case 1:
      return read_integer<std::uint8_t>(node, into, why);
    case 2:
      return read_integer<std::uint16_t>(node, into, why);
    case 4:
      return read_integer<std::uint32_t>(node, into, why);
    default:
      return read_integer<std::uint64_t>(node, into, why);
  }
}

template <class Node>
bool read_number(const Node& node, const type_description& type, void* into, misfit& why) {
  double number = 0;
  switch (node.kind()) {
    case value_kind::number:
      number = node.number();
      break;
    case value_kind::signed_integer:
      number = static_cast<double>(node.signed_integer());
      break;
    case value_kind::unsigned_integer:
      number = static_cast<double>(node.unsigned_integer());
      break;
    default:
      return why.expected("a number");
  }
  if (type.size_bytes == sizeof(double)) {
    *static_cast<double*>(into) = number;
    return true;
  }
  // Whatever rounds to a float: the shortest text of the largest one lies a little beyond it.
  constexpr double largest = std::numeric_limits<float>::max();
  constexpr double rounds_to_infinity = 0x1.FFFFFFp127;
  if (std::abs(number) >= rounds_to_infinity) {
    return why.expected("a number within the range of a 32-bit float");
  }
  *static_cast<float*>(into) = static_cast<float>(std::clamp(number, -largest, largest));
  return true;
}

template <class Node>
bool read_binary(const Node& node, void* into, misfit& why) {
  auto& bytes = *static_cast<sidewire::bytes*>(into);
  if constexpr (Node::written_as == format::json) {
    auto decoded =
        node.kind() == value_kind::string ? base::decode_base64(node.string()) : std::nullopt;
    if (!decoded) return why.expected("bytes as base64 with padding (RFC 4648, 4)");
    bytes.data = std::move(*decoded);
  } else {
    if (node.kind() != value_kind::binary) return why.expected("bytes (bin)");
    bytes.data = node.string();
  }
  return true;
}

template <class Node>
bool read_enumeration(const Node& node, const type_description& type, void* into, misfit& why) {
  if (node.kind() == value_kind::string) {
    for (std::size_t index = 0; index < type.enumerators.size(); ++index) {
      if (type.enumerators[index] != node.string()) continue;
      type.set_enumerator(into, index);
      return true;
    }
  }
  std::string names;
  for (const std::string_view name : type.enumerators) {
    names += names.empty() ? "one of \"" : ", \"";
    names += name;
    names += '"';
  }
  return why.expected(names);
}

/// Any type but an optional, an array, a map or an object.
template <class Node>
bool read_scalar(const Node& node, const type_description& type, void* into, misfit& why) {
  switch (type.kind) {
    case type_kind::boolean:
      if (node.kind() != value_kind::boolean) return why.expected("true or false");
      *static_cast<bool*>(into) = node.boolean();
      return true;
    case type_kind::signed_integer:
      return read_signed(node, type, into, why);
    case type_kind::unsigned_integer:
      return read_unsigned(node, type, into, why);
    case type_kind::number:
      return read_number(node, type, into, why);
    case type_kind::string:
      if (node.kind() != value_kind::string) return why.expected("a string");
      *static_cast<std::string*>(into) = node.string();
      return true;
    case type_kind::binary:
      return read_binary(node, into, why);
    case type_kind::any:
      *static_cast<json*>(into) = json{std::string{node.text()}, Node::written_as};
      return true;
    case type_kind::any_view:
      *static_cast<json_view*>(into) = json_view{node.text(), Node::written_as};
      return true;
    case type_kind::enumeration:
      return read_enumeration(node, type, into, why);
    default:
      return node.kind() == value_kind::null || why.expected("null");
  }
}

}  // namespace sidewire::codec
