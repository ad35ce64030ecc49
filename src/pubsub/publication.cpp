#include "pubsub/publication.hpp"

#include <cstddef>
#include <utility>

#include "codec/encode.hpp"
#include "codec/node.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"
#include "pubsub/merge_patch.hpp"

namespace sidewire::pubsub {

namespace {

constexpr std::string_view meta = "_meta";
constexpr std::string_view white_space = " \t\r\n";

/// The member_texts of an object as they stand in its text.
struct member_texts {
  std::size_t count = 0;  // in JSON: 0 or 1, which is all that its writer asks for
  std::string_view text;
};

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

/// Nothing where `object` is none. The text is valid.
std::optional<member_texts> members_of(json_view object) {
  std::string_view text = object.text();
  if (object.written_as() == format::json) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    if (!text.starts_with('{')) return std::nullopt;
    text = text.substr(1, text.rfind('}') - 1);
    const bool is_empty = text.find_first_not_of(white_space) == text.npos;
    return is_empty ? member_texts{} : member_texts{1, text};
  }
  if (text.empty()) return std::nullopt;
  const auto head = static_cast<unsigned char>(text.front());
  if ((head & 0xF0) == 0x80) return member_texts{head & 0x0FU, text.substr(1)};
  if (head == 0xDE) return member_texts{big_endian(text.substr(1, 2)), text.substr(3)};
  if (head == 0xDF) return member_texts{big_endian(text.substr(1, 4)), text.substr(5)};
  return std::nullopt;
}

/// Whether an object may have a member `_meta`, judged by its bytes: JSON can write it in escapes.
bool may_hold_meta(json_view object) {
  const std::string_view text = object.text();
  return text.find(meta) != text.npos ||
         (object.written_as() == format::json && text.find("\\u") != text.npos);
}

template <class Writer, class Node>
void write_without_meta(Writer& writer, const Node& object) {
  std::size_t count = 0;
  object.each_member(codec::child_text::left_out, [&](std::string_view name, const Node&) {
    count += name != meta;
    return true;
  });
  writer.begin_object(count);
  bool first = true;
  object.each_member(codec::child_text::with_text, [&](std::string_view name, const Node& member) {
    if (name == meta) return true;
    if (!first) writer.separate();
    first = false;
    writer.name(name);
    writer.raw(member.text());
    return true;
  });
  writer.end_object();
}

/// Null where the text cannot be read.
std::shared_ptr<const json> without_meta(json_view object) {
  base::buffer padded;
  padded.append(object.text());
  padded.prepare(0);
  codec::reader reading{codec::max_depth_of_any_text};
  if (!reading.read(padded.view(), object.written_as())) return nullptr;
  base::buffer out;
  codec::with_writer(out, object.written_as(), [&](auto writer) {
    codec::with_node(reading.root(), [&](const auto& node) { write_without_meta(writer, node); });
  });
  return std::make_shared<const json>(std::string{out.view()}, object.written_as());
}

}  // namespace

std::shared_ptr<const json> params_of_publication(json_view given) {
  if (!members_of(given)) return nullptr;
  if (may_hold_meta(given)) return without_meta(given);
  return std::make_shared<const json>(given);
}

publication::publication(draft content, position where, base::time_point published_at,
                         std::shared_ptr<const json> previous)
    : content_{std::move(content)},
      where_{std::move(where)},
      published_at_{published_at},
      previous_{std::move(previous)} {}

const base::shared_payload& publication::whole(format as) const {
  form& asked = whole_[static_cast<std::size_t>(as)];
  std::call_once(asked.made, [&] { asked.message = encode(as, *content_.params, extent::whole); });
  return asked.message;
}

const base::shared_payload& publication::delta(format as) const {
  form& asked = delta_[static_cast<std::size_t>(as)];
  std::call_once(asked.made, [&] { asked.message = encode_delta(as); });
  return asked.message;
}

const std::optional<json>& publication::patch() const {
  std::call_once(patched_, [&] {
    if (previous_) patch_ = merge_patch(*previous_, *content_.params);
  });
  return patch_;
}

base::shared_payload publication::encode_delta(format as) const {
  const std::optional<json>& difference = patch();
  if (!difference || difference->text().size() >= content_.params->text().size()) return nullptr;
  return encode(as, *difference, extent::delta);
}

base::shared_payload publication::encode(format as, json_view params, extent kind) const {
  encoded_count_.fetch_add(1, std::memory_order_relaxed);
  base::buffer transcoded;
  if (params.written_as() != as) {
    codec::encode(transcoded, as, params);
    params = json_view{transcoded.view(), as};
  }
  const member_texts given = members_of(params).value_or(member_texts{});
  // The first of an epoch names it, for those who learn of the topic by it.
  const bool names_epoch = where_.offset == 1;
  base::buffer out;
  codec::with_writer(out, as, [&](auto writer) {
    writer.begin_object(3);
    writer.plain_name("jsonrpc");
    writer.string("2.0");
    writer.separate();
    writer.plain_name("method");
    writer.string(content_.event);
    writer.separate();
    writer.plain_name("params");
    writer.begin_object(given.count + 1);
    writer.raw(given.text);
    if (given.count != 0) writer.separate();
    writer.plain_name(meta);
    writer.begin_object(2U + names_epoch + (kind == extent::delta));
    writer.plain_name("topic");
    writer.string(content_.topic);
    writer.separate();
    writer.plain_name("offset");
    writer.unsigned_integer(where_.offset);
    if (names_epoch) {
      writer.separate();
      writer.plain_name("epoch");
      writer.string(where_.epoch);
    }
    if (kind == extent::delta) {
      writer.separate();
      writer.plain_name("delta");
      writer.begin_object(1);
      writer.plain_name("base");
      writer.unsigned_integer(where_.offset - 1);
      writer.end_object();
    }
    writer.end_object();
    writer.end_object();
    writer.end_object();
  });
  return std::make_shared<const base::payload>(base::payload{as, std::string{out.view()}});
}

}  // namespace sidewire::pubsub
