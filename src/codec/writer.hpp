#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <msgpack/pack.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"

namespace sidewire::codec {

/// Both writers have one face, so that encoding is written once: scalars, `begin_array(count)` and
/// `begin_object(count)` with `separate()` between two elements, `name` before each member's value,
/// and `end_…`. They append to a buffer and keep no state. A `plain_name` is valid UTF-8 and needs
/// no escapes: a literal, or an identifier of C++.

class json_writer {
 public:
  static constexpr format writes = format::json;

  explicit json_writer(base::buffer& out) : out_{out} {}

  void null() { out_.append("null"); }
  void boolean(bool value) { out_.append(value ? "true" : "false"); }
  void signed_integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  /// Shortest form that reads back the same; null where it is not finite.
  void number(double value);
  void number(float value);
  void string(std::string_view text);
  void binary(std::string_view bytes);
  void raw(std::string_view text) { out_.append(text); }

  void begin_array(std::size_t) { out_.push_back('['); }
  void end_array() { out_.push_back(']'); }
  void begin_object(std::size_t) { out_.push_back('{'); }
  void end_object() { out_.push_back('}'); }
  void separate() { out_.push_back(','); }
  void name(std::string_view text) {
    string(text);
    out_.push_back(':');
  }
  void plain_name(std::string_view text) {
    char* const room = out_.prepare(text.size() + 3);
    room[0] = '"';
    std::memcpy(room + 1, text.data(), text.size());
    room[text.size() + 1] = '"';
    room[text.size() + 2] = ':';
    out_.commit(text.size() + 3);
  }

 private:
  base::buffer& out_;
};

class msgpack_writer {
 public:
  static constexpr format writes = format::msgpack;

  explicit msgpack_writer(base::buffer& out) : out_{out}, packer_{out_} {}

  void null() { packer_.pack_nil(); }
  void boolean(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  void signed_integer(std::int64_t value) { packer_.pack_int64(value); }
  void unsigned_integer(std::uint64_t value) { packer_.pack_uint64(value); }
  /// Always as a float: the library would write one without a fraction as an integer, and so lose
  /// the sign of -0.
  void number(double value);
  void number(float value);
  void string(std::string_view text);
  void binary(std::string_view bytes);
  void raw(std::string_view text) { out_.target.append(text); }

  void begin_array(std::size_t count) { packer_.pack_array(static_cast<std::uint32_t>(count)); }
  void end_array() {}
  void begin_object(std::size_t count) { packer_.pack_map(static_cast<std::uint32_t>(count)); }
  void end_object() {}
  void separate() {}
  void name(std::string_view text) { string(text); }
  void plain_name(std::string_view text) { plain_string(text); }

 private:
  struct sink {
    base::buffer& target;
    void write(const char* bytes, std::size_t size) { target.append({bytes, size}); }
  };

  template <class Bits>
  void write_float(unsigned char head, Bits bits);
  void plain_string(std::string_view text);

  sink out_;
  msgpack::packer<sink> packer_;
};

/// Calls `visit` with the writer of a format.
template <class Visit>
void with_writer(base::buffer& out, format as, Visit visit) {
  if (as == format::json) {
    visit(json_writer{out});
  } else {
    visit(msgpack_writer{out});
  }
}

}  // namespace sidewire::codec
