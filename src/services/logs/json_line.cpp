#include <simdjson.h>

#include <array>
#include <vector>

#include "services/logs/level_text.hpp"
#include "services/logs/line_formats.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

using simdjson::dom::element;

constexpr std::array<std::string_view, 5> time_names{"time", "timestamp", "ts", "@timestamp",
                                                     "datetime"};
constexpr std::array<std::string_view, 4> level_names{"level", "severity", "lvl", "log.level"};
constexpr std::array<std::string_view, 4> message_names{"message", "msg", "log", "event"};

/// Keeps the value whose name comes first in a list.
template <std::size_t Size>
class by_rank {
 public:
  explicit by_rank(const std::array<std::string_view, Size>& names) : names_{names} {}

  void offer(std::string_view name, element value) {
    for (std::size_t index = 0; index < rank_; ++index) {
      if (names_[index] != name) continue;
      rank_ = index;
      value_ = value;
    }
  }
  const element* get() const { return rank_ < Size ? &value_ : nullptr; }

 private:
  const std::array<std::string_view, Size>& names_;
  std::size_t rank_ = Size;
  element value_;
};

std::optional<log_time> time_of(element value, const wall_clock& clock) {
  if (double number = 0; value.get(number) == simdjson::SUCCESS) return time_of_epoch(number);
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto found = time_at_front(text, clock);
  return found ? std::optional{found->time} : std::nullopt;
}

std::optional<log_level> level_of(element value) {
  if (double number = 0; value.get(number) == simdjson::SUCCESS) return level_of_number(number);
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return level_of_word(text);
}

}  // namespace

struct json_line_parser::state {
  simdjson::dom::parser parser;
  std::vector<char> padded;
};

json_line_parser::json_line_parser() : state_{std::make_unique<state>()} {}
json_line_parser::~json_line_parser() = default;

std::optional<parsed_line> json_line_parser::parse(std::string_view line, const wall_clock& clock) {
  std::vector<char>& padded = state_->padded;
  if (padded.size() < line.size() + simdjson::SIMDJSON_PADDING) {
    padded.resize(2 * line.size() + simdjson::SIMDJSON_PADDING);
  }
  line.copy(padded.data(), line.size());
  simdjson::dom::object object;
  if (state_->parser.parse(padded.data(), line.size(), false).get(object) != simdjson::SUCCESS) {
    return std::nullopt;
  }

  by_rank time{time_names};
  by_rank level{level_names};
  by_rank message{message_names};
  for (const auto field : object) {
    time.offer(field.key, field.value);
    level.offer(field.key, field.value);
    message.offer(field.key, field.value);
  }
  parsed_line parsed{.time = {}, .level = {}, .message = line, .line = line};
  if (time.get()) parsed.time = time_of(*time.get(), clock);
  if (level.get()) parsed.level = level_of(*level.get());
  if (std::string_view text; message.get() && message.get()->get(text) == simdjson::SUCCESS) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    parsed.message = text;
  }
  return parsed;
}

}  // namespace sidewire::services::logs
