#include "codec/msgpack_parser.hpp"

#include <cmath>
#include <msgpack.hpp>
#include <vector>

#include "base/utf8.hpp"
#include "codec/problems.hpp"

namespace sidewire::codec {

namespace {

/// Fed by msgpack-cxx with one value after the other; false stops it.
class tape_builder : public msgpack::null_visitor {
 public:
  tape_builder(msgpack_tape& tape, std::size_t max_depth) : tape_{tape}, max_depth_{max_depth} {}

  bool visit_nil() { return add(value_kind::null) != nullptr; }
  bool visit_boolean(bool value) {
    auto* node = add(value_kind::boolean);
    if (node != nullptr) node->boolean = value;
    return node != nullptr;
  }
  bool visit_positive_integer(std::uint64_t value) {
    auto* node = add(value_kind::unsigned_integer);
    if (node != nullptr) node->unsigned_integer = value;
    return node != nullptr;
  }
  bool visit_negative_integer(std::int64_t value) {
    if (value >= 0) return visit_positive_integer(static_cast<std::uint64_t>(value));
    auto* node = add(value_kind::signed_integer);
    if (node != nullptr) node->signed_integer = value;
    return node != nullptr;
  }
  bool visit_float32(float value) { return visit_float64(static_cast<double>(value)); }
  bool visit_float64(double value) {
    if (!std::isfinite(value)) return refuse("a number that is not finite has no form in JSON");
    auto* node = add(value_kind::number);
    if (node != nullptr) node->number = value;
    return node != nullptr;
  }
  bool visit_str(const char* text, std::uint32_t size) {
    if (!base::is_valid_utf8({text, size})) return refuse("a string is not valid UTF-8");
    in_key_ = false;  // a string is what a key must be
    return add_text(value_kind::string, text, size);
  }
  bool visit_bin(const char* text, std::uint32_t size) {
    return add_text(value_kind::binary, text, size);
  }
  bool visit_ext(const char*, std::uint32_t) {
    return refuse("extension types have no form in JSON");
  }

  bool start_array(std::uint32_t count) { return open(value_kind::array, count); }
  bool end_array() { return close(); }
  bool start_map(std::uint32_t count) { return open(value_kind::object, count); }
  bool end_map() { return close(); }
  bool start_map_key() {
    in_key_ = true;
    return true;
  }
  bool end_map_key() {
    in_key_ = false;
    return true;
  }

  bool too_deep() const { return too_deep_; }
  std::string_view problem() const { return problem_; }

 private:
  msgpack_node* add(value_kind kind) {
    if (in_key_) {
      refuse("a map's keys must be strings");
      return nullptr;
    }
    auto& node = tape_.emplace_back();
    node.kind = kind;
    node.next = static_cast<std::uint32_t>(tape_.size());
    return &node;
  }
  bool add_text(value_kind kind, const char* text, std::uint32_t size) {
    auto* node = add(kind);
    if (node == nullptr) return false;
    node->text = text;
    node->count = size;
    return true;
  }
  bool open(value_kind kind, std::uint32_t count) {
    if (open_.size() == max_depth_) {
      too_deep_ = true;
      return false;
    }
    auto* node = add(kind);
    if (node == nullptr) return false;
    node->count = count;
    open_.push_back(static_cast<std::uint32_t>(tape_.size() - 1));
    return true;
  }
  bool close() {
    tape_[open_.back()].next = static_cast<std::uint32_t>(tape_.size());
    open_.pop_back();
    return true;
  }
  bool refuse(std::string_view problem) {
    problem_ = problem;
    return false;
  }

  msgpack_tape& tape_;
  std::size_t max_depth_;
  std::vector<std::uint32_t> open_;
  bool in_key_ = false;
  bool too_deep_ = false;
  std::string_view problem_;
};

}  // namespace

result<void> parse_msgpack(std::string_view text, std::size_t max_depth, msgpack_tape& tape) {
  tape.clear();
  tape_builder builder{tape, max_depth};
  std::size_t taken = 0;
  bool whole = false;
  try {
    whole = msgpack::parse(text.data(), text.size(), taken, builder);
  } catch (const msgpack::unpack_error&) {
    // Sizes beyond the library's own bounds end here; the answer is the same.
  }
  if (builder.too_deep()) return too_deep(max_depth);
  if (!builder.problem().empty()) return unreadable(builder.problem());
  if (!whole) return unreadable("the message is no complete MessagePack value");
  if (taken != text.size()) return unreadable("there are bytes after the message's value");
  return {};
}

}  // namespace sidewire::codec
