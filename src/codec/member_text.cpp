#include "codec/member_text.hpp"

#include "codec/node.hpp"

namespace sidewire::codec {

std::string text_without_member(const value& container, std::string_view name) {
  std::string text;
  with_node(container, [&]<class Node>(const Node& node) {
    if (node.kind() != value_kind::object) {
      text = container.text;
      return;
    }
    node.each_member(child_text::with_text, [&](std::string_view member, const Node& child) {
      if (member == name) return true;
      // Lengths keep a name from running into a value.
      text += std::to_string(member.size());
      text += ':';
      text += member;
      text += std::to_string(child.text().size());
      text += ':';
      text += child.text();
      return true;
    });
  });
  return text;
}

}  // namespace sidewire::codec
