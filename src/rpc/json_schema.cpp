#include "rpc/json_schema.hpp"

#include <algorithm>
#include <limits>

namespace sidewire::rpc {

namespace {

constexpr std::string_view about_bytes =
    "Base64 (RFC 4648, section 4); in MessagePack raw bytes, `bin`.";

void write_about(document_writer& out, std::string_view about, std::string_view of_type = {}) {
  std::string text{about};
  if (!text.empty() && !of_type.empty()) text += ' ';
  text += of_type;
  if (!text.empty()) out.text("description", text);
}

/// A component's name stands in JSON pointers and in URIs.
std::string plain_name(std::string_view name) {
  std::string plain{name};
  std::replace_if(
      plain.begin(), plain.end(),
      [](char character) {
        const bool is_plain = (character >= 'a' && character <= 'z') ||
                              (character >= 'A' && character <= 'Z') ||
                              (character >= '0' && character <= '9') || character == '_';
        return !is_plain;
      },
      '_');
  return plain.empty() ? "unnamed" : plain;
}

/// Bounds where a JSON number has none of its own: 64-bit integers are what the wire can say.
void write_bounds(document_writer& out, const type_description& type) {
  if (type.kind == type_kind::unsigned_integer) {
    out.integer("minimum", 0);
    if (type.size_bytes < 8) out.integer("maximum", (std::int64_t{1} << type.size_bytes * 8) - 1);
  } else if (type.kind == type_kind::signed_integer && type.size_bytes < 8) {
    const std::int64_t beyond = std::int64_t{1} << (type.size_bytes * 8 - 1);
    out.integer("minimum", -beyond);
    out.integer("maximum", beyond - 1);
  } else if (type.kind == type_kind::number && type.size_bytes == sizeof(float)) {
    constexpr double largest = std::numeric_limits<float>::max();
    out.number("minimum", -largest);
    out.number("maximum", largest);
  }
}

std::string_view type_word(type_kind kind) {
  switch (kind) {
    case type_kind::null:
      return "null";
    case type_kind::boolean:
      return "boolean";
    case type_kind::signed_integer:
    case type_kind::unsigned_integer:
      return "integer";
    case type_kind::number:
      return "number";
    case type_kind::string:
    case type_kind::binary:
    case type_kind::enumeration:
      return "string";
    case type_kind::array:
      return "array";
    case type_kind::map:
    case type_kind::object:
      return "object";
    case type_kind::any:
    case type_kind::any_view:
    case type_kind::optional:
      break;
  }
  return {};
}

}  // namespace

void schema_maker::write(document_writer& out, const type_description& type,
                         std::string_view about) {
  write(out, type, about, nullability::never_null);
}

void schema_maker::write(document_writer& out, const type_description& type, std::string_view about,
                         nullability nulls) {
  switch (type.kind) {
    case type_kind::optional:
      return write(out, type.element(), about, nullability::may_be_null);
    case type_kind::any:
    case type_kind::any_view:
      return write_about(out, about, "Any JSON value.");
    case type_kind::object:
    case type_kind::enumeration:
      write_about(out, about);
      return write_reference(out, type, nulls);
    default:
      break;
  }
  write_about(out, about, type.kind == type_kind::binary ? about_bytes : std::string_view{});
  if (nulls == nullability::may_be_null && type.kind != type_kind::null) {
    out.open_array("type");
    out.text({}, type_word(type.kind));
    out.text({}, "null");
    out.close_array();
  } else {
    out.text("type", type_word(type.kind));
  }
  write_bounds(out, type);
  if (type.kind == type_kind::binary) out.text("contentEncoding", "base64");
  if (type.kind == type_kind::array) write_element(out, "items", type.element());
  if (type.kind == type_kind::map) write_element(out, "additionalProperties", type.element());
}

void schema_maker::write_reference(document_writer& out, const type_description& type,
                                   nullability nulls) {
  const std::string target = reference(component_name(type));
  if (nulls == nullability::never_null) return out.text("$ref", target);
  out.open_array("anyOf");
  out.open_object();
  out.text("$ref", target);
  out.close_object();
  out.open_object();
  out.text("type", "null");
  out.close_object();
  out.close_array();
}

void schema_maker::write_element(document_writer& out, std::string_view keyword,
                                 const type_description& type) {
  out.open_object(keyword);
  write(out, type);
  out.close_object();
}

void schema_maker::write_components(document_writer& out) {
  // Writing one may add others behind it.
  for (std::size_t at = 0; at < components_.size(); ++at) {
    out.open_object(names_[components_[at]]);
    write_component(out, *components_[at]);
    out.close_object();
  }
}

void schema_maker::write_component(document_writer& out, const type_description& type) {
  out.text("title", names_[&type]);
  out.text("type", type_word(type.kind));
  if (type.kind == type_kind::enumeration) {
    out.open_array("enum");
    for (const std::string_view name : type.enumerators) out.text({}, name);
    out.close_array();
    return;
  }
  out.open_object("properties");
  for (const field_description& field : type.fields) write_element(out, field.name, field.type());
  out.close_object();
  out.open_array("required");
  for (const field_description& field : type.fields) {
    if (field.type().kind != type_kind::optional) out.text({}, field.name);
  }
  out.close_array();
  out.boolean("additionalProperties", false);
}

const std::string& schema_maker::component_name(const type_description& type) {
  if (const auto known = names_.find(&type); known != names_.end()) return known->second;
  const std::string plain = plain_name(type.name);
  std::string name = plain;
  for (int number = 2; !taken_.insert(name).second; ++number) {
    name = plain + "_" + std::to_string(number);
  }
  components_.push_back(&type);
  return names_.emplace(&type, std::move(name)).first->second;
}

}  // namespace sidewire::rpc
