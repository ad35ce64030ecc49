#include "codec/decode.hpp"

#include <algorithm>
#include <array>

#include "base/buffer.hpp"
#include "codec/decode_scalar.hpp"
#include "codec/misfit.hpp"
#include "codec/node.hpp"
#include "codec/reader.hpp"

namespace sidewire::codec {

namespace {

constexpr std::string_view meta_member = "_meta";

/// Interprets descriptions. Functions return false where a value does not fit.
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

  error take_error() { return std::move(why_).take(); }

 private:
  enum class place : std::uint8_t { value, params };

  template <class Node>
  bool read_array(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_map(const Node& node, const type_description& type, void* into);
  template <class Node>
  bool read_object(const Node& node, const type_description& type, void* into, place where);
  template <std::size_t Capacity, class Node>
  bool read_members(const Node& node, const type_description& type, void* into, place where);
  template <class Node>
  bool read_positions(const Node& node, const type_description& type, void* into);
  /// What a field that is not there means; `step` is where it would be.
  bool read_absent(const field_description& field, auto step);

  unknown_members unknown_;
  misfit why_;
};

child_text texts_for(const type_description& type) {
  return type.holds_any ? child_text::with_text : child_text::left_out;
}

/// Whether a member of this name is among those after the first `count`.
template <class Node>
bool comes_again(const Node& object, std::string_view name, std::size_t count) {
  std::size_t index = 0;
  return !object.each_member(child_text::left_out, [&](std::string_view member, const Node&) {
    return index++ < count || member != name;
  });
}

template <class Node>
bool decoder::read(const Node& node, const type_description& type, void* into) {
  switch (type.kind) {
    case type_kind::optional:
      return node.kind() == value_kind::null || read(node, type.element(), type.add(into, {}));
    case type_kind::array:
      return read_array(node, type, into);
    case type_kind::map:
      return read_map(node, type, into);
    case type_kind::object:
      return read_object(node, type, into, place::value);
    default:
      return read_scalar(node, type, into, why_);
  }
}

template <class Node>
bool decoder::read_array(const Node& node, const type_description& type, void* into) {
  if (node.kind() != value_kind::array) return why_.expected("an array");
  const type_description& element = type.element();
  std::size_t index = 0;
  return node.each_element(texts_for(element), [&](const Node& child) {
    if (!read(child, element, type.add(into, {}))) return why_.within(index);
    ++index;
    return true;
  });
}

template <class Node>
bool decoder::read_map(const Node& node, const type_description& type, void* into) {
  if (node.kind() != value_kind::object) return why_.expected("an object");
  const type_description& element = type.element();
  std::size_t count = 0;
  return node.each_member(texts_for(element), [&](std::string_view name, const Node& child) {
    ++count;
    if (read(child, element, type.add(into, name))) return true;
    if (!comes_again(node, name, count)) return why_.within(name);
    why_.forget();  // of two equal names the last counts
    return true;
  });
}

bool decoder::read_absent(const field_description& field, auto step) {
  if (field.type().kind == type_kind::optional) return true;
  why_.expected("the member \"" + std::string{field.name} + "\", which is missing");
  return why_.within(step);
}

template <class Node>
bool decoder::read_object(const Node& node, const type_description& type, void* into, place where) {
  if (node.kind() != value_kind::object) return why_.expected("an object");
  constexpr std::size_t usual_fields = 8;
  return type.fields.size() <= usual_fields
             ? read_members<usual_fields>(node, type, into, where)
             : read_members<max_described_fields>(node, type, into, where);
}

template <std::size_t Capacity, class Node>
bool decoder::read_members(const Node& node, const type_description& type, void* into,
                           place where) {
  // Of two equal names the last counts, so members are gathered before any is read.
  std::array<Node, Capacity> found;
  std::uint64_t seen = 0;
  const auto gather = [&](std::string_view name, const Node& child) {
    for (std::size_t index = 0; index < type.fields.size(); ++index) {
      if (type.fields[index].name != name) continue;
      found[index] = child;
      seen |= std::uint64_t{1} << index;
      return true;
    }
    if (unknown_ == unknown_members::ignored) return true;
    if (where == place::params && name == meta_member) return true;
    why_.expected("no such member");
    return why_.within(name);
  };
  if (!node.each_member(texts_for(type), gather)) return false;
  for (std::size_t index = 0; index < type.fields.size(); ++index) {
    const field_description& field = type.fields[index];
    if ((seen >> index & 1) == 0) {
      if (!read_absent(field, field.name)) return false;
    } else if (!read(found[index], field.type(), field.member(into))) {
      return why_.within(field.name);
    }
  }
  return true;
}

template <class Node>
bool decoder::read_positions(const Node& node, const type_description& type, void* into) {
  std::size_t index = 0;
  const bool fits = node.each_element(texts_for(type), [&](const Node& child) {
    if (index == type.fields.size()) {
      why_.expected("at most " + std::to_string(index) + " params");
      return why_.within(index);
    }
    const field_description& field = type.fields[index];
    if (!read(child, field.type(), field.member(into))) return why_.within(index);
    ++index;
    return true;
  });
  if (!fits) return false;
  for (; index < type.fields.size(); ++index) {
    if (!read_absent(type.fields[index], index)) return false;
  }
  return true;
}

template <class Node>
bool decoder::read_params(const Node& node, const type_description& type, void* into) {
  if (type.kind != type_kind::object) return read(node, type, into);
  return node.kind() == value_kind::array ? read_positions(node, type, into)
                                          : read_object(node, type, into, place::params);
}

bool decoder::read_absent_params(const type_description& type) {
  switch (type.kind) {
    case type_kind::any:
    case type_kind::any_view:
    case type_kind::optional:
    case type_kind::null:
      return true;
    case type_kind::object:
      return std::all_of(
          type.fields.begin(), type.fields.end(),
          [this](const field_description& field) { return read_absent(field, field.name); });
    default:
      return why_.expected("params");
  }
}

template <class Node>
bool decoder::read_no_params(const Node& node) {
  if (node.kind() == value_kind::array) {
    if (node.size() == 0) return true;
    why_.expected("no params");
    return why_.within(std::size_t{0});
  }
  return node.each_member(child_text::left_out, [this](std::string_view name, const Node&) {
    if (name == meta_member) return true;
    why_.expected("no params");
    return why_.within(name);
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
    if (const std::optional<Node> member = node.find(name)) found = member->as_value();
  });
  return found;
}

result<void> decode(json_view text, const type_description& type, void* into,
                    unknown_members unknown) {
  base::buffer padded;
  padded.append(text.text());
  padded.prepare(0);
  reader reading{max_depth_of_any_text};
  if (auto outcome = reading.read(padded.view(), text.written_as()); !outcome) return outcome;
  return decode(reading.root(), type, into, unknown);
}

}  // namespace sidewire::codec
