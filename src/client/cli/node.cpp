#include "client/cli/node.hpp"

#include "base/buffer.hpp"
#include "base/limits.hpp"
#include "codec/encode.hpp"
#include "codec/node.hpp"
#include "codec/reader.hpp"

namespace sidewire::cli {

namespace {

template <class Number>
std::string written(Number value) {
  base::buffer text;
  codec::encode(text, format::json, value);
  return std::string{text.view()};
}

/// A number as it stands in JSON, or as JSON would write it.
template <class Node>
std::string number_text(const Node& from) {
  if (from.written_as == format::json) return std::string{from.text()};
  switch (from.kind()) {
    case codec::value_kind::signed_integer:
      return written(from.signed_integer());
    case codec::value_kind::unsigned_integer:
      return written(from.unsigned_integer());
    default:
      return written(from.number());
  }
}

template <class Node>
node build(const Node& from) {
  using codec::value_kind;
  node made;
  switch (from.kind()) {
    case value_kind::null:
      break;
    case value_kind::boolean:
      made = {node_kind::boolean, from.boolean() ? "true" : "false"};
      break;
    case value_kind::signed_integer:
    case value_kind::unsigned_integer:
    case value_kind::number:
      made = {node_kind::number, number_text(from)};
      break;
    case value_kind::string:
      made = {node_kind::string, std::string{from.string()}};
      break;
    case value_kind::binary:
      made = {node_kind::binary, std::string{from.string()}};
      break;
    case value_kind::array:
      made = {node_kind::array, {}};
      from.each_element(codec::child_text::with_text, [&made](const Node& element) {
        made.members.emplace_back(std::string{}, build(element));
        return true;
      });
      break;
    case value_kind::object:
      made = {node_kind::object, {}};
      from.each_member(codec::child_text::with_text,
                       [&made](std::string_view name, const Node& member) {
                         made.members.emplace_back(std::string{name}, build(member));
                         return true;
                       });
      break;
  }
  return made;
}

}  // namespace

const node* node::find(std::string_view name) const {
  for (const auto& [key, member] : members) {
    if (key == name) return &member;
  }
  return nullptr;
}

std::string_view node::string_at(std::string_view name) const {
  const node* member = find(name);
  return member != nullptr && member->kind == node_kind::string ? std::string_view{member->text}
                                                                : std::string_view{};
}

node read_value(json_view value) {
  base::buffer text;
  text.append(value.text());
  codec::reader reader{base::limits{}.max_depth};
  if (!reader.read(text.view(), value.written_as())) return {};
  return codec::with_node(reader.root(), [](const auto& root) { return build(root); });
}

std::string compact_json(json_view value) {
  std::string compact;
  if (value.written_as() == format::msgpack) {
    base::buffer text;
    codec::encode(text, format::json, value);
    return std::string{text.view()};
  }
  bool in_string = false;
  bool escaped = false;
  for (const char c : value.text()) {
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_space || in_string) compact += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
  }
  return compact;
}

}  // namespace sidewire::cli
