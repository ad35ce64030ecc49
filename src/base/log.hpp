#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace sidewire::base {

enum class log_level : std::uint8_t { trace, debug, info, warn, error, off };

/// One named value of a log line. Refers to the caller's text for the time of the call.
struct log_field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

/// Where the server says what it does: one event a line, a fixed message with named fields. Never
/// give it a token or a payload. Implementations never block the caller: what cannot be written at
/// once is kept up to a bound and then counted as dropped. Any thread.
class logger {
 public:
  virtual ~logger() = default;

  void log(log_level level, std::string_view message,
           std::initializer_list<log_field> fields = {}) {
    if (level >= level_) write(level, message, fields);
  }
  log_level level() const noexcept { return level_; }

 protected:
  explicit logger(log_level level) : level_{level} {}

 private:
  virtual void write(log_level level, std::string_view message,
                     std::initializer_list<log_field> fields) = 0;
  log_level level_;
};

}  // namespace sidewire::base
