#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <boost/json/basic_parser_impl.hpp>

#include "tests/fuzz/value_trace.hpp"

namespace sidewire::fuzz {

/// Writes the trace of what Boost.JSON reads. Numbers are read from their text by the C library,
/// by the protocol's rule: an integer beyond 64 bits or a number beyond a double is refused.
class json_tracer {
 public:
  using error_code = boost::json::error_code;
  using text = boost::json::string_view;

  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return trace_.begin_array(), true; }
  bool on_array_end(std::size_t, error_code&) { return trace_.end_array(), true; }
  bool on_object_begin(error_code&) { return trace_.begin_object(), true; }
  bool on_object_end(std::size_t, error_code&) { return trace_.end_object(), true; }
  bool on_string_part(text part, std::size_t, error_code&) { return gather(part); }
  bool on_string(text part, std::size_t, error_code&) {
    gather(part);
    trace_.string(gathered_);
    return forget();
  }
  bool on_key_part(text part, std::size_t, error_code&) { return gather(part); }
  bool on_key(text part, std::size_t, error_code&) {
    gather(part);
    trace_.name(gathered_);
    return forget();
  }
  bool on_number_part(text part, error_code&) { return gather(part); }
  bool on_int64(std::int64_t, text part, error_code& why) { return on_number(part, why); }
  bool on_uint64(std::uint64_t, text part, error_code& why) { return on_number(part, why); }
  bool on_double(double, text part, error_code& why) { return on_number(part, why); }
  bool on_bool(bool value, error_code&) { return trace_.boolean(value), true; }
  bool on_null(error_code&) { return trace_.null(), true; }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }

  const std::string& trace() const { return trace_.text(); }

 private:
  bool gather(text part) {
    gathered_.append(part.data(), part.size());
    return true;
  }
  bool forget() {
    gathered_.clear();
    return true;
  }

  bool on_number(text part, error_code& why) {
    gather(part);
    if (!write_number()) why = boost::json::error::not_number;
    forget();
    return !why.failed();
  }
  bool write_number() {
    const char* const begin = gathered_.data();
    const char* const end = begin + gathered_.size();
    if (gathered_.find_first_of(".eE") == std::string::npos) {
      std::int64_t small = 0;
      std::uint64_t large = 0;
      if (std::from_chars(begin, end, small).ec == std::errc{}) {
        trace_.signed_integer(small);
      } else if (std::from_chars(begin, end, large).ec == std::errc{}) {
        trace_.unsigned_integer(large);
      } else {
        return false;
      }
      return true;
    }
    const double number = std::strtod(gathered_.c_str(), nullptr);
    trace_.number(number);
    return std::isfinite(number);
  }

  value_trace trace_;
  std::string gathered_;
};

/// What Boost.JSON says of a text.
struct json_verdict {
  bool knows = true;                 ///< false: an exponent larger than it counts
  std::optional<std::string> trace;  ///< nothing: refused
};

inline json_verdict judge_json(std::string_view text, std::size_t max_depth) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<json_tracer> parser{options};
  boost::json::error_code failed;
  const std::size_t taken = parser.write_some(false, text.data(), text.size(), failed);
  if (failed == boost::json::error::exponent_overflow) return {.knows = false, .trace = {}};
  if (failed || taken != text.size()) return {};
  return {.trace = parser.handler().trace()};
}

}  // namespace sidewire::fuzz
