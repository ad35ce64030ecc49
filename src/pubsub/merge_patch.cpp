#include "pubsub/merge_patch.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "codec/node.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace sidewire::pubsub {

namespace {

using codec::child_text;
using codec::json_node;
using codec::value_kind;
using members = std::unordered_map<std::string_view, json_node>;

/// A text that was read, with the parser that its nodes live in.
class document {
 public:
  explicit document(json_view given) {
    text_.append(given.text());
    text_.prepare(0);
    is_read_ = given.written_as() == format::json &&
               reader_.read(text_.view(), format::json).has_value() &&
               root().kind() == value_kind::object;
  }
  bool is_object() const noexcept { return is_read_; }
  json_node root() const { return json_node{reader_.root()}; }

 private:
  base::buffer text_;
  codec::reader reader_{codec::max_depth_of_any_text};
  bool is_read_ = false;
};

/// By name; of equal names the last counts.
members members_of(const json_node& object) {
  members found;
  object.each_member(child_text::with_text, [&](std::string_view name, const json_node& member) {
    found.insert_or_assign(name, member);
    return true;
  });
  return found;
}

/// Nulls within arrays do no harm: a patch replaces an array whole.
bool holds_null_member(const json_node& value) {
  if (value.kind() != value_kind::object) return false;
  return !value.each_member(child_text::left_out, [](std::string_view, const json_node& member) {
    return member.kind() != value_kind::null && !holds_null_member(member);
  });
}

/// Writes members of a patch, those that differ alone.
class difference {
 public:
  explicit difference(base::buffer& out) : out_{out}, writer_{out} {}

  void write(const json_node& from, const json_node& to) {
    const members before = members_of(from);
    const members after = members_of(to);
    writer_.begin_object(0);
    const std::size_t begin = out_.size();
    for (const auto& [name, member] : before) {
      if (after.contains(name)) continue;
      begin_member(begin, name);
      writer_.null();
    }
    for (const auto& [name, member] : after) {
      const auto old = before.find(name);
      if (old == before.end()) {
        begin_member(begin, name);
        writer_.raw(member.text());
      } else if (old->second.text() != member.text()) {
        begin_member(begin, name);
        replace(old->second, member);
      }
    }
    writer_.end_object();
  }

 private:
  void begin_member(std::size_t begin, std::string_view name) {
    if (out_.size() != begin) writer_.separate();
    writer_.name(name);
  }
  void replace(const json_node& from, const json_node& to) {
    const bool both_objects = from.kind() == value_kind::object && to.kind() == value_kind::object;
    both_objects ? write(from, to) : writer_.raw(to.text());
  }

  base::buffer& out_;
  codec::json_writer writer_;
};

/// Writes what a patch makes of an object, in the order of its members, new ones behind.
class patched {
 public:
  explicit patched(base::buffer& out) : out_{out}, writer_{out} {}

  void write(const json_node& from, const json_node& patch) {
    const members changes = members_of(patch);
    std::unordered_set<std::string_view> applied;
    writer_.begin_object(0);
    const std::size_t begin = out_.size();
    from.each_member(child_text::with_text, [&](std::string_view name, const json_node& member) {
      const auto change = changes.find(name);
      if (change == changes.end()) {
        begin_member(begin, name);
        writer_.raw(member.text());
      } else if (applied.insert(name).second && change->second.kind() != value_kind::null) {
        begin_member(begin, name);
        replace(member, change->second);
      }
      return true;
    });
    patch.each_member(child_text::left_out, [&](std::string_view name, const json_node&) {
      const json_node& added = changes.at(name);
      if (applied.insert(name).second && added.kind() != value_kind::null) {
        begin_member(begin, name);
        replace({}, added);
      }
      return true;
    });
    writer_.end_object();
  }

 private:
  void begin_member(std::size_t begin, std::string_view name) {
    if (out_.size() != begin) writer_.separate();
    writer_.name(name);
  }
  void replace(const std::optional<json_node>& from, const json_node& change) {
    if (change.kind() != value_kind::object) return writer_.raw(change.text());
    const bool is_object = from && from->kind() == value_kind::object;
    write(is_object ? *from : empty_.root(), change);
  }

  base::buffer& out_;
  codec::json_writer writer_;
  const document empty_{json_view{"{}", format::json}};
};

}  // namespace

json apply_merge_patch(json_view from, json_view patch) {
  const document before{from};
  const document change{patch};
  if (!before.is_object() || !change.is_object()) return json{patch};
  base::buffer out;
  patched{out}.write(before.root(), change.root());
  return json{std::string{out.view()}};
}

std::optional<json> merge_patch(json_view from, json_view to) {
  const document before{from};
  const document after{to};
  if (!before.is_object() || !after.is_object() || holds_null_member(after.root())) {
    return std::nullopt;
  }
  base::buffer out;
  difference{out}.write(before.root(), after.root());
  return json{std::string{out.view()}};
}

}  // namespace sidewire::pubsub
