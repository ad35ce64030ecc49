#pragma once

#include <simdjson.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/value_trace.hpp"

namespace sidewire::fuzz {

/// Writes the trace of what msgpack-cxx reads, and refuses what has no meaning in JSON: keys that
/// are no strings, extension types, numbers that are not finite, strings that are no UTF-8.
class msgpack_tracer : public msgpack::null_visitor {
 public:
  explicit msgpack_tracer(std::size_t max_depth) : max_depth_{max_depth} {}

  bool visit_nil() { return is_value() && (trace_.null(), true); }
  bool visit_boolean(bool value) { return is_value() && (trace_.boolean(value), true); }
  bool visit_positive_integer(std::uint64_t value) {
    return is_value() && (trace_.unsigned_integer(value), true);
  }
  bool visit_negative_integer(std::int64_t value) {
    return is_value() && (trace_.signed_integer(value), true);
  }
  bool visit_float32(float value) { return visit_float64(value); }
  bool visit_float64(double value) {
    return is_value() && std::isfinite(value) && (trace_.number(value), true);
  }
  bool visit_str(const char* text, std::uint32_t size) {
    if (!simdjson::validate_utf8(text, size)) return false;
    at_key_ ? trace_.name({text, size}) : trace_.string({text, size});
    return true;
  }
  bool visit_bin(const char* bytes, std::uint32_t size) {
    return is_value() && (trace_.binary({bytes, size}), true);
  }
  bool visit_ext(const char*, std::uint32_t) { return false; }

  bool start_array(std::uint32_t) { return open() && (trace_.begin_array(), true); }
  bool end_array() { return --depth_, trace_.end_array(), true; }
  bool start_map(std::uint32_t) { return open() && (trace_.begin_object(), true); }
  bool end_map() { return --depth_, trace_.end_object(), true; }
  bool start_map_key() { return at_key_ = true; }
  bool end_map_key() { return at_key_ = false, true; }

  const std::string& trace() const { return trace_.text(); }

 private:
  bool is_value() const { return !at_key_; }
  bool open() { return is_value() && ++depth_ <= max_depth_; }

  std::size_t max_depth_;
  std::size_t depth_ = 0;
  bool at_key_ = false;
  value_trace trace_;
};

/// The trace of one whole value; nothing where it is refused.
inline std::optional<std::string> judge_msgpack(std::string_view bytes, std::size_t max_depth) {
  msgpack_tracer tracer{max_depth};
  std::size_t taken = 0;
  if (!msgpack::parse(bytes.data(), bytes.size(), taken, tracer)) return std::nullopt;
  if (taken != bytes.size()) return std::nullopt;
  return tracer.trace();
}

}  // namespace sidewire::fuzz
