#include "codec/encode.hpp"

#include "codec/node.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace sidewire::codec {

namespace {

template <class Writer>
void write_value(Writer& writer, base::buffer& out, const type_description& type,
                 const void* value);

std::int64_t signed_value(const type_description& type, const void* value) {
  switch (type.size_bytes) {
    case 1:
      return *static_cast<const std::int8_t*>(value);
    case 2:
      return *static_cast<const std::int16_t*>(value);
    case 4:
      return *static_cast<const std::int32_t*>(value);
    default:
      return *static_cast<const std::int64_t*>(value);
  }
}

std::uint64_t unsigned_value(const type_description& type, const void* value) {
  switch (type.size_bytes) {
    case 1:
      return *static_cast<const std::uint8_t*>(value);
    case 2:
      return *static_cast<const std::uint16_t*>(value);
    case 4:
      return *static_cast<const std::uint32_t*>(value);
    default:
      return *static_cast<const std::uint64_t*>(value);
  }
}

/// A member of an object; described members are never written through.
const void* member_of(const field_description& field, const void* object) {
  return field.member(const_cast<void*>(object));
}

bool is_absent(const field_description& field, const void* object) {
  const type_description& type = field.type();
  return type.kind == type_kind::optional && type.contained(member_of(field, object)) == nullptr;
}

template <class Writer>
void write_object(Writer& writer, base::buffer& out, const type_description& type,
                  const void* object) {
  std::size_t count = 0;
  for (const field_description& field : type.fields) count += is_absent(field, object) ? 0 : 1;
  writer.begin_object(count);
  bool first = true;
  for (const field_description& field : type.fields) {
    if (is_absent(field, object)) continue;
    if (!first) writer.separate();
    first = false;
    writer.plain_name(field.name);
    write_value(writer, out, field.type(), member_of(field, object));
  }
  writer.end_object();
}

template <class Writer>
void write_elements(Writer& writer, base::buffer& out, const type_description& type,
                    const void* container) {
  struct context {
    Writer& writer;
    base::buffer& out;
    const type_description& element;
    bool named;
    bool first = true;
  } state{writer, out, type.element(), type.kind == type_kind::map};
  type.visit(container, &state, [](void* opaque, std::string_view key, const void* element) {
    auto& state = *static_cast<context*>(opaque);
    if (!state.first) state.writer.separate();
    state.first = false;
    if (state.named) state.writer.name(key);
    write_value(state.writer, state.out, state.element, element);
    return true;
  });
}

template <class Writer>
void write_value(Writer& writer, base::buffer& out, const type_description& type,
                 const void* value) {
  switch (type.kind) {
    case type_kind::null:
      return writer.null();
    case type_kind::boolean:
      return writer.boolean(*static_cast<const bool*>(value));
    case type_kind::signed_integer:
      return writer.signed_integer(signed_value(type, value));
    case type_kind::unsigned_integer:
      return writer.unsigned_integer(unsigned_value(type, value));
    case type_kind::number:
      return type.size_bytes == sizeof(float) ? writer.number(*static_cast<const float*>(value))
                                              : writer.number(*static_cast<const double*>(value));
    case type_kind::string:
      return writer.string(*static_cast<const std::string*>(value));
    case type_kind::binary:
      return writer.binary(static_cast<const bytes*>(value)->data);
    case type_kind::any:
      return encode(out, Writer::writes, json_view{*static_cast<const json*>(value)});
    case type_kind::any_view:
      return encode(out, Writer::writes, *static_cast<const json_view*>(value));
    case type_kind::enumeration: {
      const std::size_t index = type.enumerator_index(value);
      return index < type.enumerators.size() ? writer.string(type.enumerators[index])
                                             : writer.null();
    }
    case type_kind::optional: {
      const void* contained = type.contained(value);
      return contained == nullptr ? writer.null()
                                  : write_value(writer, out, type.element(), contained);
    }
    case type_kind::array:
      writer.begin_array(type.count(value));
      write_elements(writer, out, type, value);
      return writer.end_array();
    case type_kind::map:
      writer.begin_object(type.count(value));
      write_elements(writer, out, type, value);
      return writer.end_object();
    case type_kind::object:
      return write_object(writer, out, type, value);
  }
}

/// Writes what was read in one format as the other. Numbers keep their value, not their text.
template <class Writer, class Node>
void transcode(Writer& writer, const Node& node) {
  bool first = true;
  const auto next = [&] {
    if (!first) writer.separate();
    first = false;
  };
  switch (node.kind()) {
    case value_kind::null:
      return writer.null();
    case value_kind::boolean:
      return writer.boolean(node.boolean());
    case value_kind::signed_integer:
      return writer.signed_integer(node.signed_integer());
    case value_kind::unsigned_integer:
      return writer.unsigned_integer(node.unsigned_integer());
    case value_kind::number:
      return writer.number(node.number());
    case value_kind::string:
      return writer.string(node.string());
    case value_kind::binary:
      return writer.binary(node.string());
    case value_kind::array:
      writer.begin_array(node.size());
      node.each_element(child_text::left_out, [&](const Node& child) {
        next();
        transcode(writer, child);
        return true;
      });
      return writer.end_array();
    case value_kind::object:
      writer.begin_object(node.size());
      node.each_member(child_text::left_out, [&](std::string_view name, const Node& child) {
        next();
        writer.name(name);
        transcode(writer, child);
        return true;
      });
      return writer.end_object();
  }
}

}  // namespace

void encode(base::buffer& out, format as, const type_description& type, const void* value) {
  with_writer(out, as, [&](auto writer) { write_value(writer, out, type, value); });
}

void encode(base::buffer& out, format as, json_view value) {
  if (value.written_as() == as) return out.append(value.text());
  base::buffer padded;
  padded.append(value.text());
  padded.prepare(0);
  reader reading{max_depth_of_any_text};
  const auto outcome = reading.read(padded.view(), value.written_as());
  with_writer(out, as, [&](auto writer) {
    if (!outcome) return writer.null();
    with_node(reading.root(), [&](const auto& node) { transcode(writer, node); });
  });
}

}  // namespace sidewire::codec
