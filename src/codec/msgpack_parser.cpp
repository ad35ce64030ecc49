#include "codec/msgpack_parser.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "base/utf8.hpp"
#include "codec/problems.hpp"

namespace sidewire::codec {

namespace {

constexpr std::string_view incomplete = "the message is no complete MessagePack value";

}  // namespace

result<void> msgpack_parser::parse(std::string_view text) {
  tape_.text = text;
  tape_.nodes.clear();
  open_.clear();
  at_ = 0;
  too_deep_ = false;
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return unreadable("the message has more than 4 GiB");
  }
  const problem found = read_values();
  if (too_deep_) return too_deep(max_depth_);
  if (!found.empty()) return unreadable(found);
  if (at_ != text.size()) return unreadable("there are bytes after the message's value");
  tape_.nodes.emplace_back().begin = static_cast<std::uint32_t>(at_);
  return {};
}

void msgpack_parser::release() {
  tape_ = {};
  open_ = {};
}

msgpack_parser::problem msgpack_parser::read_values() {
  do {
    if (const problem found = read_value(); !found.empty()) return found;
    close_completed();
  } while (!open_.empty());
  return {};
}

msgpack_parser::problem msgpack_parser::read_value() {
  value_begin_ = at_;
  std::uint64_t taken = 0;
  if (!take(1, taken)) return incomplete;
  const auto head = static_cast<unsigned char>(taken);
  if (expects_key() && !(head >= 0xA0 && head <= 0xBF) && !(head >= 0xD9 && head <= 0xDB)) {
    return "a map's keys must be strings";
  }
  if (head <= 0x7F) return add_unsigned(head), problem{};
  if (head <= 0x8F) return open(value_kind::object, head & 0x0FU);
  if (head <= 0x9F) return open(value_kind::array, head & 0x0FU);
  if (head <= 0xBF) return add_text(value_kind::string, head & 0x1FU);
  if (head >= 0xE0) return add_signed(static_cast<std::int8_t>(head)), problem{};
  return read_sized(head);
}

msgpack_parser::problem msgpack_parser::read_sized(unsigned char head) {
  std::uint64_t number = 0;
  std::uint32_t length = 0;
  problem found;
  switch (head) {
    case 0xC0:
      add(value_kind::null);
      return {};
    case 0xC2:
    case 0xC3:
      add(value_kind::boolean).boolean = head == 0xC3;
      return {};
    case 0xC4:
    case 0xC5:
    case 0xC6:
      found = read_length(std::size_t{1} << (head - 0xC4), length);
      return found.empty() ? add_text(value_kind::binary, length) : found;
    case 0xCA:
      if (!take(4, number)) return incomplete;
      return add_number(std::bit_cast<float>(static_cast<std::uint32_t>(number)));
    case 0xCB:
      if (!take(8, number)) return incomplete;
      return add_number(std::bit_cast<double>(number));
    case 0xCC:
    case 0xCD:
    case 0xCE:
    case 0xCF:
      if (!take(std::size_t{1} << (head - 0xCC), number)) return incomplete;
      add_unsigned(number);
      return {};
    case 0xD0:
      if (!take(1, number)) return incomplete;
      add_signed(static_cast<std::int8_t>(number));
      return {};
    case 0xD1:
      if (!take(2, number)) return incomplete;
      add_signed(static_cast<std::int16_t>(number));
      return {};
    case 0xD2:
      if (!take(4, number)) return incomplete;
      add_signed(static_cast<std::int32_t>(number));
      return {};
    case 0xD3:
      if (!take(8, number)) return incomplete;
      add_signed(static_cast<std::int64_t>(number));
      return {};
    case 0xD9:
    case 0xDA:
    case 0xDB:
      found = read_length(std::size_t{1} << (head - 0xD9), length);
      return found.empty() ? add_text(value_kind::string, length) : found;
    case 0xDC:
    case 0xDD:
      found = read_length(std::size_t{2} << (head - 0xDC), length);
      return found.empty() ? open(value_kind::array, length) : found;
    case 0xDE:
    case 0xDF:
      found = read_length(std::size_t{2} << (head - 0xDE), length);
      return found.empty() ? open(value_kind::object, length) : found;
    case 0xC1:
      return "the byte C1 begins no MessagePack value";
    default:
      return "extension types have no form in JSON";
  }
}

msgpack_parser::problem msgpack_parser::read_length(std::size_t size_bytes, std::uint32_t& length) {
  std::uint64_t number = 0;
  if (!take(size_bytes, number)) return incomplete;
  length = static_cast<std::uint32_t>(number);
  return {};
}

msgpack_parser::problem msgpack_parser::add_number(double number) {
  if (!std::isfinite(number)) return "a number that is not finite has no form in JSON";
  add(value_kind::number).number = number;
  return {};
}

msgpack_parser::problem msgpack_parser::add_text(value_kind kind, std::uint32_t size_bytes) {
  if (tape_.text.size() - at_ < size_bytes) return incomplete;
  if (kind == value_kind::string && !base::is_valid_utf8(tape_.text.substr(at_, size_bytes))) {
    return "a string is not valid UTF-8";
  }
  add(kind).count = size_bytes;
  at_ += size_bytes;
  return {};
}

msgpack_parser::problem msgpack_parser::open(value_kind kind, std::uint32_t count) {
  if (open_.size() == max_depth_) {
    too_deep_ = true;
    return "too deep";
  }
  add(kind).count = count;
  const std::uint64_t missing_count = kind == value_kind::object ? 2 * std::uint64_t{count} : count;
  // One more, for the container itself, which `close_completed` takes off.
  open_.push_back({static_cast<std::uint32_t>(tape_.nodes.size() - 1), missing_count + 1});
  return {};
}

void msgpack_parser::add_signed(std::int64_t number) {
  if (number >= 0) return add_unsigned(static_cast<std::uint64_t>(number));
  add(value_kind::signed_integer).signed_integer = number;
}

void msgpack_parser::add_unsigned(std::uint64_t number) {
  add(value_kind::unsigned_integer).unsigned_integer = number;
}

msgpack_node& msgpack_parser::add(value_kind kind) {
  msgpack_node& node = tape_.nodes.emplace_back();
  node.kind = kind;
  node.next = static_cast<std::uint32_t>(tape_.nodes.size());
  node.begin = static_cast<std::uint32_t>(value_begin_);
  return node;
}

void msgpack_parser::close_completed() {
  while (!open_.empty() && --open_.back().missing_count == 0) {
    tape_.nodes[open_.back().index].next = static_cast<std::uint32_t>(tape_.nodes.size());
    open_.pop_back();
  }
}

bool msgpack_parser::expects_key() const noexcept {
  if (open_.empty() || tape_.nodes[open_.back().index].kind != value_kind::object) return false;
  return open_.back().missing_count % 2 == 0;
}

bool msgpack_parser::take(std::size_t size_bytes, std::uint64_t& number) noexcept {
  if (tape_.text.size() - at_ < size_bytes) return false;
  number = 0;
  for (const std::size_t end = at_ + size_bytes; at_ != end; ++at_) {
    number = number << 8 | static_cast<unsigned char>(tape_.text[at_]);
  }
  return true;
}

}  // namespace sidewire::codec
