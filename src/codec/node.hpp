#pragma once

#include <optional>

#include "codec/json_scanner.hpp"
#include "codec/value.hpp"

namespace sidewire::codec {

/// One face for the values of both formats, so that decoding and transcoding are written once. A
/// node whose text is known hands the texts of its children out when asked to `with_text`; a
/// MessagePack node always knows its text.

enum class child_text : std::uint8_t { left_out, with_text };

class json_node {
 public:
  static constexpr format written_as = format::json;

  json_node() = default;
  json_node(simdjson::dom::element element, std::string_view text)
      : element_{element}, text_{text} {}
  explicit json_node(const value& from) : element_{from.json}, text_{from.text} {}

  value_kind kind() const {
    using type = simdjson::dom::element_type;
    switch (element_.type()) {
      case type::NULL_VALUE:
        return value_kind::null;
      case type::BOOL:
        return value_kind::boolean;
      case type::INT64:
        return signed_integer() < 0 ? value_kind::signed_integer : value_kind::unsigned_integer;
      case type::UINT64:
        return value_kind::unsigned_integer;
      case type::DOUBLE:
        return value_kind::number;
      case type::STRING:
        return value_kind::string;
      case type::ARRAY:
        return value_kind::array;
      case type::OBJECT:
        return value_kind::object;
    }
    return value_kind::null;
  }
  std::string_view text() const { return text_; }
  /// Each for a node of that kind.
  bool boolean() const { return element_.get_bool().value_unsafe(); }
  std::int64_t signed_integer() const { return element_.get_int64().value_unsafe(); }
  std::uint64_t unsigned_integer() const { return element_.get_uint64().value_unsafe(); }
  double number() const { return element_.get_double().value_unsafe(); }
  std::string_view string() const { return element_.get_string().value_unsafe(); }
  /// Elements of an array or members of an object, of equal names each.
  std::size_t size() const {
    return element_.is_array() ? counted(simdjson::dom::array{element_})
                               : counted(simdjson::dom::object{element_});
  }

  /// Calls `visit(node)`; stops where it returns false.
  template <class Visit>
  bool each_element(child_text texts, Visit visit) const {
    json_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    const simdjson::dom::array elements{element_};
    const auto end = elements.end();
    for (auto at = elements.begin(); at != end;) {
      const simdjson::dom::element element = *at;
      ++at;
      std::string_view text;
      if (texts == child_text::with_text) {
        text = at != end ? take_text(scan, element) : scan.take_last();
      }
      if (!visit(json_node{element, text})) return false;
    }
    return true;
  }
  /// Calls `visit(name, node)`; stops where it returns false.
  template <class Visit>
  bool each_member(child_text texts, Visit visit) const {
    json_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    const simdjson::dom::object members{element_};
    const auto end = members.end();
    for (auto at = members.begin(); at != end;) {
      const simdjson::dom::key_value_pair member = *at;
      ++at;
      std::string_view text;
      if (texts == child_text::with_text) {
        scan.skip_name(member.key.size());
        text = at != end ? take_text(scan, member.value) : scan.take_last();
      }
      if (!visit(member.key, json_node{member.value, text})) return false;
    }
    return true;
  }

  /// The last member of that name of an object, without its text.
  std::optional<json_node> find(std::string_view name) const {
    std::optional<json_node> found;
    const simdjson::dom::object members{element_};
    const auto end = members.end();
    for (auto at = members.begin(); at != end; ++at) {
      if (at.key_equals(name)) found = json_node{at.value(), {}};
    }
    return found;
  }

  value as_value() const {
    value made;
    made.written_as = format::json;
    made.json = element_;
    made.text = text_;
    return made;
  }

 private:
  static std::string_view take_text(json_scanner& scan, simdjson::dom::element element) {
    if (element.is_string()) return scan.take_string(element.get_string_length().value_unsafe());
    const bool contains = element.is_object() || element.is_array();
    return contains ? scan.take_container() : scan.take_scalar();
  }
  /// simdjson's own count ends at 2^24 - 1.
  template <class Container>
  static std::size_t counted(const Container& container) {
    constexpr std::size_t saturated = 0xFFFFFF;
    const std::size_t count = container.size();
    if (count != saturated) return count;
    return static_cast<std::size_t>(std::distance(container.begin(), container.end()));
  }

  simdjson::dom::element element_;
  std::string_view text_;
};

class packed_node {
 public:
  static constexpr format written_as = format::msgpack;

  packed_node() = default;
  packed_node(const msgpack_tape& tape, std::uint32_t index) : tape_{&tape}, index_{index} {}
  explicit packed_node(const value& from) : packed_node{*from.tape, from.index} {}

  value_kind kind() const { return node().kind; }
  std::string_view text() const { return tape_->text.substr(node().begin, end() - node().begin); }
  bool boolean() const { return node().boolean; }
  std::int64_t signed_integer() const { return node().signed_integer; }
  std::uint64_t unsigned_integer() const { return node().unsigned_integer; }
  double number() const { return node().number; }
  std::string_view string() const { return tape_->text.substr(end() - node().count, node().count); }
  std::size_t size() const { return node().count; }

  template <class Visit>
  bool each_element(child_text, Visit visit) const {
    packed_node element{*tape_, index_ + 1};
    for (std::uint32_t left = node().count; left != 0; --left) {
      if (!visit(element)) return false;
      element.index_ = element.node().next;
    }
    return true;
  }
  template <class Visit>
  bool each_member(child_text, Visit visit) const {
    packed_node name{*tape_, index_ + 1};
    for (std::uint32_t left = node().count; left != 0; --left) {
      const packed_node element{*tape_, name.index_ + 1};
      if (!visit(name.string(), element)) return false;
      name.index_ = element.node().next;
    }
    return true;
  }

  std::optional<packed_node> find(std::string_view name) const {
    std::optional<packed_node> found;
    each_member(child_text::with_text, [&](std::string_view member, const packed_node& node) {
      if (member == name) found = node;
      return true;
    });
    return found;
  }

  value as_value() const {
    value made;
    made.written_as = format::msgpack;
    made.tape = tape_;
    made.index = index_;
    made.text = text();
    return made;
  }

 private:
  const msgpack_node& node() const { return tape_->nodes[index_]; }
  std::uint32_t end() const { return tape_->nodes[node().next].begin; }

  const msgpack_tape* tape_ = nullptr;
  std::uint32_t index_ = 0;
};

/// Calls `visit` with the node of a value, of whichever format.
template <class Visit>
decltype(auto) with_node(const value& from, Visit visit) {
  return from.written_as == format::json ? visit(json_node{from}) : visit(packed_node{from});
}

}  // namespace sidewire::codec
