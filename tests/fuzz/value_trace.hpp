#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "codec/node.hpp"

namespace sidewire::fuzz {

/// What a trace tells apart.
enum class precision : std::uint8_t {
  exact,     ///< integers, other numbers, strings and bytes
  by_value,  ///< 5 and 5.0 are the same, and so are bytes and their base64: what JSON can keep
};

/// A value written down as a line of what is met in it, so that two readers of one text can be
/// compared without a common tree: "{ k1:a u5 k1:b [ n ] } " is {"a":5,"b":[null]}.
class value_trace {
 public:
  explicit value_trace(precision kept = precision::exact) : kept_{kept} {}

  void null() { add("n"); }
  void boolean(bool value) { add(value ? "t" : "f"); }
  void unsigned_integer(std::uint64_t value) {
    if (kept_ == precision::by_value) return number(static_cast<double>(value));
    add("u" + std::to_string(value));
  }
  void signed_integer(std::int64_t value) {
    if (value >= 0) return unsigned_integer(static_cast<std::uint64_t>(value));
    if (kept_ == precision::by_value) return number(static_cast<double>(value));
    add("i" + std::to_string(value));
  }
  void number(double value) { add("d" + std::to_string(std::bit_cast<std::uint64_t>(value))); }
  void string(std::string_view text) { add_sized('s', text); }
  void binary(std::string_view bytes) {
    if (kept_ == precision::exact) return add_sized('b', bytes);
    std::string encoded(base::base64_size(bytes.size()), '\0');
    base::write_base64(encoded.data(), bytes);
    string(encoded);
  }
  void name(std::string_view text) { add_sized('k', text); }
  void begin_array() { add("["); }
  void end_array() { add("]"); }
  void begin_object() { add("{"); }
  void end_object() { add("}"); }

  const std::string& text() const { return text_; }

 private:
  void add(std::string_view token) {
    text_ += token;
    text_ += ' ';
  }
  void add_sized(char kind, std::string_view text) {
    text_ += kind;
    text_ += std::to_string(text.size());
    text_ += ':';
    add(text);
  }

  precision kept_;
  std::string text_;
};

/// What the codec's own tree says.
template <class Node>
void write_trace(value_trace& trace, const Node& node) {
  using codec::child_text;
  using codec::value_kind;
  switch (node.kind()) {
    case value_kind::null:
      return trace.null();
    case value_kind::boolean:
      return trace.boolean(node.boolean());
    case value_kind::signed_integer:
      return trace.signed_integer(node.signed_integer());
    case value_kind::unsigned_integer:
      return trace.unsigned_integer(node.unsigned_integer());
    case value_kind::number:
      return trace.number(node.number());
    case value_kind::string:
      return trace.string(node.string());
    case value_kind::binary:
      return trace.binary(node.string());
    case value_kind::array:
      trace.begin_array();
      node.each_element(child_text::left_out, [&](const Node& child) {
        write_trace(trace, child);
        return true;
      });
      return trace.end_array();
    case value_kind::object:
      trace.begin_object();
      node.each_member(child_text::left_out, [&](std::string_view name, const Node& child) {
        trace.name(name);
        write_trace(trace, child);
        return true;
      });
      return trace.end_object();
  }
}

inline std::string trace_of(const codec::value& value, precision kept = precision::exact) {
  value_trace trace{kept};
  codec::with_node(value, [&](const auto& node) { write_trace(trace, node); });
  return trace.text();
}

}  // namespace sidewire::fuzz
