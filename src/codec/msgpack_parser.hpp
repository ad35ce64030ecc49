#pragma once

#include <cstddef>
#include <cstdint>
#include <sidewire/error.hpp>
#include <string_view>
#include <vector>

#include "codec/value.hpp"

namespace sidewire::codec {

/// Reads MessagePack into a tape, without recursion and into memory that it keeps, so that a
/// message costs no allocation. Shard.
class msgpack_parser {
 public:
  /// `max_depth`: arrays and maps open at once.
  explicit msgpack_parser(std::size_t max_depth) : max_depth_{max_depth} {}

  /// Reads one whole value; the tape refers to `text`. Refused as parse_error: what is incomplete
  /// or has bytes left over, what is nested too deep, and what has no meaning in JSON: keys that
  /// are no strings, extension types, numbers that are not finite, strings that are no UTF-8.
  result<void> parse(std::string_view text);
  const msgpack_tape& tape() const noexcept { return tape_; }
  /// Gives the memory back; the tape is empty then.
  void release();

 private:
  /// An array or map whose values are still to come, a map's keys counted like its values.
  struct container {
    std::uint32_t index;
    std::uint64_t missing_count;
  };
  /// What is wrong; empty where nothing is.
  using problem = std::string_view;

  problem read_values();
  problem read_value();
  problem read_sized(unsigned char head);
  problem read_length(std::size_t size_bytes, std::uint32_t& length);
  problem add_number(double number);
  problem add_text(value_kind kind, std::uint32_t size_bytes);
  problem open(value_kind kind, std::uint32_t count);
  void add_signed(std::int64_t number);
  void add_unsigned(std::uint64_t number);
  msgpack_node& add(value_kind kind);
  void close_completed();
  bool expects_key() const noexcept;
  /// The next `size_bytes` bytes, at most 8, as a big-endian number. False where there are fewer.
  bool take(std::size_t size_bytes, std::uint64_t& number) noexcept;

  std::size_t max_depth_;
  msgpack_tape tape_;
  std::vector<container> open_;
  std::size_t at_ = 0;           // in the text
  std::size_t value_begin_ = 0;  // likewise
  bool too_deep_ = false;
};

}  // namespace sidewire::codec
