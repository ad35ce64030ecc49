#include "client/cli/render.hpp"

#include <algorithm>
#include <vector>

#include "base/buffer.hpp"
#include "codec/encode.hpp"

namespace sidewire::cli {

namespace {

constexpr std::size_t shown_bytes = 16;
constexpr std::size_t indent_columns = 2;

std::string describe_bytes(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made = '<' + std::to_string(bytes.size()) + (bytes.size() == 1 ? " byte" : " bytes");
  for (std::size_t at = 0; at < std::min(bytes.size(), shown_bytes); ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    made.append(at == 0 ? ": " : " ").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
  return made + (bytes.size() > shown_bytes ? " …>" : ">");
}

std::string quoted_text(const std::string& text) {
  base::buffer written;
  codec::encode(written, format::json, text);
  return visible(written.view());
}

std::string scalar(const node& value, const palette& colours) {
  switch (value.kind) {
    case node_kind::null:
      return colours.faint(value.text);
    case node_kind::string:
      return quoted_text(value.text);
    case node_kind::binary:
      return colours.faint(describe_bytes(value.text));
    default:
      return colours.number(value.text);
  }
}

bool is_structure(const node& value) {
  return value.kind == node_kind::array || value.kind == node_kind::object;
}

/// Writes a structure; `line_break` begins a new line at a depth, or writes nothing.
template <class LineBreak>
void write(std::string& out, const node& value, const palette& colours, std::size_t depth,
           LineBreak line_break) {
  if (!is_structure(value)) {
    out += scalar(value, colours);
    return;
  }
  const bool is_object = value.kind == node_kind::object;
  out += is_object ? '{' : '[';
  bool first = true;
  for (const auto& [name, member] : value.members) {
    if (!first) out += ',';
    line_break(out, depth + 1, first);
    if (is_object) out.append(colours.name(quoted_text(name))).append(": ");
    write(out, member, colours, depth + 1, line_break);
    first = false;
  }
  if (!value.members.empty()) line_break(out, depth, true);
  out += is_object ? '}' : ']';
}

bool is_table(const node& value) {
  return value.kind == node_kind::array && !value.members.empty() &&
         std::all_of(value.members.begin(), value.members.end(), [](const auto& row) {
           return row.second.kind == node_kind::object && !row.second.members.empty();
         });
}

/// A value that stands beside its name, without quotes.
std::string beside_name(const node& value, const canvas& where, std::size_t column) {
  const std::size_t room = where.width > column ? where.width - column : 1;
  if (value.kind == node_kind::string) return visible(value.text);
  const std::string line = render_line(value, where.colours);
  if (!is_structure(value) || display_width(render_line(value, {})) <= room) return line;
  return render_pretty(value, where.colours);
}

/// A member of an object, or of an object within it under a name with dots.
struct named_value {
  std::string name;
  const node* value;
};

void collect(const node& object, const std::string& prefix, std::vector<named_value>& into) {
  for (const auto& [name, member] : object.members) {
    const std::string full = prefix + visible(name);
    if (member.kind == node_kind::object && !member.members.empty()) {
      collect(member, full + '.', into);
    } else {
      into.push_back({full, &member});
    }
  }
}

std::string render_members(const node& object, const canvas& where) {
  std::vector<named_value> listed;
  collect(object, {}, listed);
  std::size_t names = 0;
  for (const auto& [name, member] : listed) {
    if (!is_table(*member)) names = std::max(names, display_width(name));
  }
  std::string list;
  std::string tables;
  for (const auto& [name, member] : listed) {
    if (is_table(*member)) {
      tables.append("\n").append(where.colours.heading(name)).append("\n");
      tables += render_table(*member, where);
    } else {
      list.append(where.colours.name(name)).append(names - display_width(name) + 2, ' ');
      list.append(beside_name(*member, where, names + 2)).append("\n");
    }
  }
  return list.empty() && !tables.empty() ? tables.substr(1) : list + tables;
}

}  // namespace

std::string render_line(const node& value, const palette& colours) {
  std::string line;
  write(line, value, colours, 0, [](std::string& out, std::size_t, bool at_bracket) {
    if (!at_bracket) out += ' ';
  });
  return line;
}

std::string render_pretty(const node& value, const palette& colours) {
  std::string text;
  write(text, value, colours, 0, [](std::string& out, std::size_t depth, bool) {
    out.append("\n").append(depth * indent_columns, ' ');
  });
  return text;
}

std::string render_item(const node& item, const palette& colours) {
  const bool is_object = item.kind == node_kind::object;
  if (is_object && item.members.size() == 1 &&
      item.members.front().second.kind == node_kind::array) {
    return render_item(item.members.front().second, colours);
  }
  std::string text;
  if (item.kind == node_kind::array) {
    for (const auto& [index, element] : item.members) text += render_item(element, colours);
    return text;
  }
  const node* line = is_object ? item.find("line") : nullptr;
  if (line != nullptr && line->kind == node_kind::string) return visible(line->text) + '\n';
  if (item.kind == node_kind::string) return visible(item.text) + '\n';
  if (!is_object || item.members.empty()) return render_line(item, colours) + '\n';
  for (const auto& [name, member] : item.members) {
    if (!text.empty()) text += "  ";
    text.append(colours.name(visible(name))).append("=");
    text += member.kind == node_kind::string ? visible(member.text) : render_line(member, colours);
  }
  return text + '\n';
}

std::string render_readable(const node& value, const canvas& where) {
  if (is_table(value)) return render_table(value, where);
  if (value.kind == node_kind::object && !value.members.empty()) {
    return render_members(value, where);
  }
  if (value.kind == node_kind::string) return visible(value.text, line_breaks::kept) + '\n';
  return render_pretty(value, where.colours) + '\n';
}

}  // namespace sidewire::cli
