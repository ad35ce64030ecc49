#include "codec/decode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/base64.hpp"
#include "base/buffer.hpp"
#include "codec/node.hpp"
#include "codec/problems.hpp"
#include "codec/reader.hpp"

namespace sidewire::codec {

namespace {

constexpr std::size_t max_fields = 64;

/// Interprets descriptions. After a failure it knows what was expected and where.
class decoder {
 public:
  explicit decoder(unknown_members unknown) : unknown_{unknown} {}

  template <class Node>
  bool read(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_params(const Node& node, const type_description& type, void* into);
  bool read_absent_params(const type_description& type);
  template <class Node>
  bool read_no_params(const Node& node);

  error take_error() {
    return error{error_kind::invalid_params, std::move(problem_)}.at(std::move(pointer_));
  }

 private:
  enum class position : std::uint8_t { value, params };

  bool expected(std::string_view what) {
    problem_ = "expected ";
    problem_ += what;
    return false;
  }
  /// Puts one step in front of the pointer (RFC 6901, 3) and fails.
  bool within(std::string_view step) {
    std::string escaped = "/";
    for (const char character : step) {
      if (character == '~') {
        escaped += "~0";
      } else if (character == '/') {
        escaped += "~1";
      } else {
        escaped += character;
      }
    }
    pointer_.insert(0, escaped);
    return false;
  }
  bool within(std::size_t index) { return within(std::to_string(index)); }

  template <class Integer, class Node>
  bool read_integer(const Node& node, void* into);
  template <class Node>
  bool read_number(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_binary(const Node& node, void* into);
  template <class Node>
  bool read_enumeration(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_array(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_map(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_object(const Node& node, const type_description& type, void* into, position where);
  template <class Node>
  bool read_positions(const Node& node, const type_description& type, void* into);
  bool read_absent(const field_description& field);

  unknown_members unknown_;
  std::string problem_;
  std::string pointer_;
};

child_text texts_for(const type_description& type) {
  return type.holds_any ? child_text::with_text : child_text::left_out;
}

template <class Integer, class Node>
bool decoder::read_integer(const Node& node, void* into) {
  using bounds = std::numeric_limits<Integer>;
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
    // 5.0 and 1e3 are integers (JSON Schema 2020-12, 6.1.1) as far as a double counts them exactly.
    constexpr double exact = 9007199254740992.0;
    const double number = node.number();
    if (std::trunc(number) == number && std::abs(number) <= exact &&
        std::in_range<Integer>(static_cast<std::int64_t>(number))) {
      return store(number);
    }
  }
  return expected("an integer from " + std::to_string(bounds::min()) + " to " +
                  std::to_string(bounds::max()));
}

template <class Node>
bool decoder::read_number(const Node& node, const type_description& type, void* into) {
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
      return expected("a number");
  }
  if (type.size_bytes == sizeof(float)) {
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max())) {
      return expected("a number within the range of a 32-bit float");
    }
    *static_cast<float*>(into) = static_cast<float>(number);
  } else {
    *static_cast<double*>(into) = number;
  }
  return true;
}

template <class Node>
bool decoder::read_binary(const Node& node, void* into) {
  auto& bytes = *static_cast<sidewire::bytes*>(into);
  if (node.kind() == value_kind::binary) {
    bytes.data = node.string();
    return true;
  }
  if (Node::written_as == format::json && node.kind() == value_kind::string) {
    if (auto decoded = base::decode_base64(node.string())) {
      bytes.data = std::move(*decoded);
      return true;
    }
  }
  return expected(Node::written_as == format::json ? "bytes as base64 with padding (RFC 4648, 4)"
                                                   : "bytes (bin)");
}

template <class Node>
bool decoder::read_enumeration(const Node& node, const type_description& type, void* into) {
  if (node.kind() == value_kind::string) {
    for (std::size_t index = 0; index < type.enumerators.size(); ++index) {
      if (type.enumerators[index] != node.string()) continue;
      type.set_enumerator(into, index);
      return true;
    }
  }
  std::string names = "one of";
  for (const std::string_view name : type.enumerators) {
    names += names.size() == 6 ? " \"" : ", \"";
    names += name;
    names += '"';
  }
  return expected(names);
}

template <class Node>
bool decoder::read_array(const Node& node, const type_description& type, void* into) {
  if (node.kind() != value_kind::array) return expected("an array");
  const type_description& element = type.element();
  std::size_t index = 0;
  return node.each_element(texts_for(element), [&](const Node& child) {
    if (!read(child, element, type.add(into, {}))) return within(index);
    ++index;
    return true;
  });
}

template <class Node>
bool decoder::read_map(const Node& node, const type_description& type, void* into) {
  if (node.kind() != value_kind::object) return expected("an object");
  const type_description& element = type.element();
  return node.each_member(texts_for(element), [&](std::string_view name, const Node& child) {
    return read(child, element, type.add(into, name)) || within(name);
  });
}

bool decoder::read_absent(const field_description& field) {
  if (field.type().kind == type_kind::optional) return true;
  expected("this member, which is missing");
  return within(field.name);
}

template <class Node>
bool decoder::read_object(const Node& node, const type_description& type, void* into,
                          position where) {
  if (node.kind() != value_kind::object) return expected("an object");
  // Of two equal names the last counts, so members are gathered before any is read.
  std::array<Node, max_fields> found;
  std::uint64_t seen = 0;
  const bool known =
      node.each_member(texts_for(type), [&](std::string_view name, const Node& child) {
        for (std::size_t index = 0; index < type.fields.size(); ++index) {
          if (type.fields[index].name != name) continue;
          found[index] = child;
          seen |= std::uint64_t{1} << index;
          return true;
        }
        if (unknown_ == unknown_members::ignored) return true;
        if (where == position::params && name == "_meta") return true;
        expected("no such member");
        return within(name);
      });
  if (!known) return false;
  for (std::size_t index = 0; index < type.fields.size(); ++index) {
    const field_description& field = type.fields[index];
    if ((seen >> index & 1) == 0) {
      if (!read_absent(field)) return false;
    } else if (!read(found[index], field.type(), field.member(into))) {
      return within(field.name);
    }
  }
  return true;
}

template <class Node>
bool decoder::read_positions(const Node& node, const type_description& type, void* into) {
  std::size_t index = 0;
  const bool fits = node.each_element(texts_for(type), [&](const Node& child) {
    if (index == type.fields.size()) {
      expected("at most " + std::to_string(index) + " params");
      return within(index);
    }
    const field_description& field = type.fields[index];
    if (!read(child, field.type(), field.member(into))) return within(index);
    ++index;
    return true;
  });
  if (!fits) return false;
  for (; index < type.fields.size(); ++index) {
    if (!read_absent(type.fields[index])) return false;
  }
  return true;
}

template <class Node>
bool decoder::read(const Node& node, const type_description& type, void* into) {
  switch (type.kind) {
    case type_kind::null:
      return node.kind() == value_kind::null || expected("null");
    case type_kind::boolean:
      if (node.kind() != value_kind::boolean) return expected("true or false");
      *static_cast<bool*>(into) = node.boolean();
      return true;
    case type_kind::signed_integer:
      switch (type.size_bytes) {
        case 1:
          return read_integer<std::int8_t>(node, into);
        case 2:
          return read_integer<std::int16_t>(node, into);
        case 4:
          return read_integer<std::int32_t>(node, into);
        default:
          return read_integer<std::int64_t>(node, into);
      }
    case type_kind::unsigned_integer:
      switch (type.size_bytes) {
        case 1:
          return read_integer<std::uint8_t>(node, into);
        case 2:
          return read_integer<std::uint16_t>(node, into);
        case 4:
          return read_integer<std::uint32_t>(node, into);
        default:
          return read_integer<std::uint64_t>(node, into);
      }
    case type_kind::number:
      return read_number(node, type, into);
    case type_kind::string:
      if (node.kind() != value_kind::string) return expected("a string");
      *static_cast<std::string*>(into) = node.string();
      return true;
    case type_kind::binary:
      return read_binary(node, into);
    case type_kind::any:
      *static_cast<json*>(into) = json{std::string{node.text()}, Node::written_as};
      return true;
    case type_kind::any_view:
      *static_cast<json_view*>(into) = json_view{node.text(), Node::written_as};
      return true;
    case type_kind::enumeration:
      return read_enumeration(node, type, into);
    case type_kind::optional:
      return node.kind() == value_kind::null || read(node, type.element(), type.add(into, {}));
    case type_kind::array:
      return read_array(node, type, into);
    case type_kind::map:
      return read_map(node, type, into);
    case type_kind::object:
      return read_object(node, type, into, position::value);
  }
  return false;
}

template <class Node>
bool decoder::read_params(const Node& node, const type_description& type, void* into) {
  if (type.kind != type_kind::object) return read(node, type, into);
  return node.kind() == value_kind::array ? read_positions(node, type, into)
                                          : read_object(node, type, into, position::params);
}

bool decoder::read_absent_params(const type_description& type) {
  switch (type.kind) {
    case type_kind::any:
    case type_kind::any_view:
    case type_kind::optional:
    case type_kind::null:
      return true;
    case type_kind::object:
      return std::all_of(type.fields.begin(), type.fields.end(),
                         [this](const field_description& field) { return read_absent(field); });
    default:
      return expected("params");
  }
}

template <class Node>
bool decoder::read_no_params(const Node& node) {
  if (node.kind() == value_kind::array) {
    return node.each_element(child_text::left_out, [this](const Node&) {
      expected("no params");
      return within(std::size_t{0});
    });
  }
  return node.each_member(child_text::left_out, [this](std::string_view name, const Node&) {
    if (name == "_meta") return true;
    expected("no params");
    return within(name);
  });
}

}  // namespace

result<void> decode(const value& from, const type_description& type, void* into,
                    unknown_members unknown) {
  decoder reading{unknown};
  const bool fits =
      with_node(from, [&](const auto& node) { return reading.read(node, type, into); });
  if (!fits) return reading.take_error();
  return {};
}

result<void> decode_params(const value& from, const type_description& type, void* into,
                           unknown_members unknown) {
  decoder reading{unknown};
  const bool fits =
      with_node(from, [&](const auto& node) { return reading.read_params(node, type, into); });
  if (!fits) return reading.take_error();
  return {};
}

result<void> check_absent_params(const type_description* type) {
  decoder reading{unknown_members::refused};
  if (type != nullptr && !reading.read_absent_params(*type)) return reading.take_error();
  return {};
}

result<void> check_no_params(const value& params) {
  decoder reading{unknown_members::refused};
  const bool fits =
      with_node(params, [&](const auto& node) { return reading.read_no_params(node); });
  if (!fits) return reading.take_error();
  return {};
}

std::optional<value> find_member(const value& object, std::string_view name) {
  std::optional<value> found;
  with_node(object, [&]<class Node>(const Node& node) {
    if (node.kind() != value_kind::object) return;
    node.each_member(child_text::left_out, [&](std::string_view member, const Node& child) {
      if (member == name) found = child.as_value();
      return true;
    });
  });
  return found;
}

result<void> decode(json_view text, const type_description& type, void* into,
                    unknown_members unknown) {
  constexpr std::size_t max_depth = 256;
  base::buffer padded;
  padded.append(text.text());
  padded.prepare(0);
  reader reading{max_depth};
  if (auto outcome = reading.read(padded.view(), text.written_as()); !outcome) return outcome;
  value root = reading.root();
  const std::string_view source = padded.view();
  const auto begin = source.find_first_not_of(" \t\r\n");
  if (root.written_as == format::json) {
    root.text = source.substr(begin, source.find_last_not_of(" \t\r\n") - begin + 1);
  }
  return decode(root, type, into, unknown);
}

}  // namespace sidewire::codec
