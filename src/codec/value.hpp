#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <sidewire/json.hpp>
#include <string_view>
#include <vector>

namespace sidewire::codec {

enum class value_kind : std::uint8_t {
  null,
  boolean,
  signed_integer,    // negative
  unsigned_integer,  // zero and above
  number,
  string,
  binary,  // MessagePack alone
  array,
  object,
};

/// One value of a MessagePack message. A container is followed by what it contains, an object by
/// key and value in turn.
struct msgpack_node {
  value_kind kind = value_kind::null;
  std::uint32_t count = 0;  // elements of an array, members of an object, bytes of text or binary
  std::uint32_t next = 0;   // index of the first node after this value
  std::uint32_t begin = 0;  // where the value begins in the message; it ends where `next` begins
  union {
    bool boolean;
    std::int64_t signed_integer;
    std::uint64_t unsigned_integer = 0;
    double number;
  };
};

/// A MessagePack message, read into a flat list. The last node is no value: it begins where the
/// message ends.
struct msgpack_tape {
  std::string_view text;
  std::vector<msgpack_node> nodes;
};

/// A value of a message that was read: its place in the parser's memory and its bytes as they
/// came. Valid until its reader reads again.
struct value {
  format written_as = format::json;
  simdjson::dom::element json = {};
  const msgpack_tape* tape = nullptr;
  std::uint32_t index = 0;
  std::string_view text;

  json_view view() const noexcept { return {text, written_as}; }
};

}  // namespace sidewire::codec
