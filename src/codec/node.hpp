#pragma once

#include "codec/json_scanner.hpp"
#include "codec/msgpack_scanner.hpp"
#include "codec/value.hpp"

namespace sidewire::codec {

/// One face for the values of both formats, so that decoding and transcoding are written once. A
/// node whose text is known hands the texts of its children out when asked to `with_text`.

enum class child_text : std::uint8_t { left_out, with_text };

class json_node {
 public:
  using scanner = json_scanner;
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
        return std::int64_t{element_} < 0 ? value_kind::signed_integer
                                          : value_kind::unsigned_integer;
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
  bool boolean() const { return bool{element_}; }
  std::int64_t signed_integer() const { return std::int64_t{element_}; }
  std::uint64_t unsigned_integer() const { return std::uint64_t{element_}; }
  double number() const { return double{element_}; }
  std::string_view string() const { return std::string_view{element_}; }

  /// Calls `visit(node)`; stops where it returns false.
  template <class Visit>
  bool each_element(child_text texts, Visit visit) const {
    json_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    for (const auto element : simdjson::dom::array{element_}) {
      const auto text = texts == child_text::with_text ? scan.take_value() : std::string_view{};
      if (!visit(json_node{element, text})) return false;
    }
    return true;
  }
  /// Calls `visit(name, node)`; stops where it returns false.
  template <class Visit>
  bool each_member(child_text texts, Visit visit) const {
    json_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    for (const auto member : simdjson::dom::object{element_}) {
      std::string_view text;
      if (texts == child_text::with_text) {
        scan.skip_name();
        text = scan.take_value();
      }
      if (!visit(member.key, json_node{member.value, text})) return false;
    }
    return true;
  }

  value as_value() const {
    value made;
    made.written_as = format::json;
    made.json = element_;
    made.text = text_;
    return made;
  }

 private:
  simdjson::dom::element element_;
  std::string_view text_;
};

class packed_node {
 public:
  static constexpr format written_as = format::msgpack;

  packed_node() = default;
  packed_node(const msgpack_tape& tape, std::uint32_t index, std::string_view text)
      : tape_{&tape}, index_{index}, text_{text} {}
  explicit packed_node(const value& from)
      : tape_{from.tape}, index_{from.index}, text_{from.text} {}

  value_kind kind() const { return node().kind; }
  std::string_view text() const { return text_; }
  bool boolean() const { return node().boolean; }
  std::int64_t signed_integer() const { return node().signed_integer; }
  std::uint64_t unsigned_integer() const { return node().unsigned_integer; }
  double number() const { return node().number; }
  std::string_view string() const { return {node().text, node().count}; }
  std::uint32_t next() const { return node().next; }

  template <class Visit>
  bool each_element(child_text texts, Visit visit) const {
    msgpack_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    std::uint32_t at = index_ + 1;
    for (std::uint32_t left = node().count; left != 0; --left) {
      const auto text = texts == child_text::with_text ? scan.take_value() : std::string_view{};
      const packed_node element{*tape_, at, text};
      if (!visit(element)) return false;
      at = element.next();
    }
    return true;
  }
  template <class Visit>
  bool each_member(child_text texts, Visit visit) const {
    msgpack_scanner scan{text_};
    if (texts == child_text::with_text) scan.enter();
    std::uint32_t at = index_ + 1;
    for (std::uint32_t left = node().count; left != 0; --left) {
      const packed_node name{*tape_, at, {}};
      std::string_view text;
      if (texts == child_text::with_text) {
        scan.skip_name();
        text = scan.take_value();
      }
      const packed_node element{*tape_, name.next(), text};
      if (!visit(name.string(), element)) return false;
      at = element.next();
    }
    return true;
  }

  value as_value() const {
    value made;
    made.written_as = format::msgpack;
    made.tape = tape_;
    made.index = index_;
    made.text = text_;
    return made;
  }

 private:
  const msgpack_node& node() const { return (*tape_)[index_]; }

  const msgpack_tape* tape_ = nullptr;
  std::uint32_t index_ = 0;
  std::string_view text_;
};

/// Calls `visit` with the node of a value, of whichever format.
template <class Visit>
decltype(auto) with_node(const value& from, Visit visit) {
  return from.written_as == format::json ? visit(json_node{from}) : visit(packed_node{from});
}

}  // namespace sidewire::codec
