#include "client/call_meta.hpp"

#include <string>

#include "base/buffer.hpp"
#include "codec/node.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace sidewire::client {

namespace {

constexpr std::string_view meta = "_meta";

error refused(const char* message) {
  return error{error_kind::invalid_params, message};
}

template <class Writer>
void write_meta(Writer& writer, std::string_view key) {
  writer.plain_name(meta);
  writer.begin_object(1);
  writer.plain_name("idempotencyKey");
  writer.string(key);
  writer.end_object();
}

template <class Writer, class Node>
void write_with_meta(Writer& writer, const Node& object, std::string_view key) {
  writer.begin_object(object.size() + 1);
  object.each_member(codec::child_text::with_text, [&](std::string_view name, const Node& member) {
    writer.name(name);
    writer.raw(member.text());
    writer.separate();
    return true;
  });
  write_meta(writer, key);
  writer.end_object();
}

}  // namespace

result<json> with_idempotency_key(json_view params, std::string_view key) {
  base::buffer padded;
  padded.append(params.text());
  padded.prepare(0);
  codec::reader reading{codec::max_depth_of_any_text};
  if (!reading.read(padded.view(), params.written_as())) return refused("the params are not valid");
  const codec::value& given = reading.root();
  const bool is_absent = codec::with_node(
      given, [](const auto& node) { return node.kind() == codec::value_kind::null; });
  const bool is_object = codec::with_node(
      given, [](const auto& node) { return node.kind() == codec::value_kind::object; });
  if (!is_absent && !is_object) return refused("a key needs params by name: an object");

  base::buffer out;
  bool has_meta = false;
  codec::with_writer(out, params.written_as(), [&](auto writer) {
    codec::with_node(given, [&]<class Node>(const Node& node) {
      if (is_absent) {
        writer.begin_object(1);
        write_meta(writer, key);
        writer.end_object();
        return;
      }
      node.each_member(codec::child_text::left_out, [&](std::string_view name, const Node&) {
        has_meta = has_meta || name == meta;
        return true;
      });
      write_with_meta(writer, node, key);
    });
  });
  if (has_meta) return refused("params with a _meta of their own hold the idempotencyKey there");
  return json{std::string{out.view()}, params.written_as()};
}

}  // namespace sidewire::client
