#pragma once

#include <cstdint>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidewire::cli {

enum class node_kind : std::uint8_t { null, boolean, number, string, binary, array, object };

/// A value as a tree, for showing it to people and for looking into small documents.
struct node {
  node_kind kind = node_kind::null;
  /// A number or boolean as it was written, a string's characters, the bytes themselves.
  std::string text = "null";
  std::vector<std::pair<std::string, node>> members = {};  ///< an array's have empty names

  /// An object's member; null where there is none.
  const node* find(std::string_view name) const;
  /// The characters of a member that is a string, else "".
  std::string_view string_at(std::string_view name) const;
};

inline node text_node(std::string text) {
  return {node_kind::string, std::move(text)};
}

/// Reads a valid value of either format; null where it is none.
node read_value(json_view value);

/// The value as JSON on one line, without white space between its tokens. Of JSON, numbers and
/// strings stay as they were written; bytes of MessagePack become base64.
std::string compact_json(json_view value);

}  // namespace sidewire::cli
