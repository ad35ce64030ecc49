#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"

namespace sidewire::server {

/// Keeps what was logged, each line as "message name=value…". One thread.
class recording_logger final : public base::logger {
 public:
  recording_logger() : logger{base::log_level::trace} {}

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void write(base::log_level, std::string_view message,
             std::initializer_list<base::log_field> fields) override {
    std::string line{message};
    for (const auto& field : fields) {
      line += " " + std::string{field.name} + "=";
      if (const auto* text = std::get_if<std::string_view>(&field.value)) line += *text;
      if (const auto* number = std::get_if<std::int64_t>(&field.value))
        line += std::to_string(*number);
    }
    lines_.push_back(std::move(line));
  }

  std::vector<std::string> lines_;
};

}  // namespace sidewire::server
