#include "client/cli/recording.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <istream>
#include <sidewire/description.hpp>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "client/cli/node.hpp"
#include "codec/decode.hpp"

namespace sidewire::cli {

namespace {

struct recorded_line {
  std::string time;
  std::optional<std::string> event;  ///< of the recording itself
  std::optional<std::uint64_t> caller;
  std::optional<std::string> direction;
  std::optional<json> message;
};
BOOST_DESCRIBE_STRUCT(recorded_line, (), (time, event, caller, direction, message))

struct failure_code {
  std::int32_t code = 0;
};
BOOST_DESCRIBE_STRUCT(failure_code, (), (code))

struct any_message {
  std::optional<std::string> method;
  std::optional<json> params;
  std::optional<json> result;
  std::optional<failure_code> error;
};
BOOST_DESCRIBE_STRUCT(any_message, (), (method, params, result, error))

constexpr std::string_view redacted = "\"[redacted]\"";
/// Methods that are about one connection, or come back by another way.
constexpr std::array<std::string_view, 5> left_out{"auth.", "session.", "$/", "topic.subscribe",
                                                   "topic.unsubscribe"};

bool can_be_repeated(const any_message& message) {
  if (message.params && message.params->text().find(redacted) != std::string_view::npos) {
    return false;
  }
  return std::ranges::none_of(
      left_out, [&](std::string_view prefix) { return message.method->starts_with(prefix); });
}

/// `2026-11-21T16:41:03.298Z` as milliseconds; nothing for another form.
std::optional<std::chrono::milliseconds> read_time(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3uZ", &year, &month, &day, &hours,
                  &minutes, &seconds, &milliseconds) != 7) {
    return std::nullopt;
  }
  const std::chrono::sys_days date{std::chrono::year{year} / std::chrono::month{month} /
                                   std::chrono::day{day}};
  return std::chrono::duration_cast<std::chrono::milliseconds>(date.time_since_epoch()) +
         std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds} +
         std::chrono::milliseconds{milliseconds};
}

class recording_reader {
 public:
  result<recording> read(std::istream& lines) {
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
      if (line.empty()) continue;
      if (!take_line(line)) {
        return error{error_kind::parse_error,
                     "line " + std::to_string(number) + " is no line of a recording"};
      }
    }
    return std::move(read_);
  }

 private:
  bool take_line(const std::string& line) {
    recorded_line told;
    if (!decode(line, &told)) return false;
    if (told.event) return true;
    const auto time = read_time(told.time);
    if (!time || !told.caller || !told.direction) return false;
    if (!told.message) return true;  // what was no valid message
    if (!first_) first_ = *time;
    now_ = *time - *first_;
    const std::string_view text = told.message->text();
    if (!text.starts_with('[')) return take_message(told, text);
    std::vector<json> batch;
    if (!decode(text, &batch)) return false;
    return std::ranges::all_of(
        batch, [&](const json& element) { return take_message(told, element.text()); });
  }

  bool take_message(const recorded_line& told, std::string_view text) {
    any_message message;
    if (!decode(text, &message)) return *told.direction == "in";  // no request, and answered so
    // An id may be null: that of a call which came as no message.
    const node tree = read_value(json_view{text, format::json});
    const node* const id = tree.find("id");
    const std::string key = id == nullptr ? "" : std::to_string(*told.caller) + ' ' + id->text;
    if (*told.direction == "in") {
      if (message.method) take_call(std::move(message), key);
    } else if (const auto found = waiting_.find(key); !message.method && found != waiting_.end()) {
      recorded_outcome outcome{.value = std::move(message.result)};
      if (message.error) outcome.code = message.error->code;
      read_.calls[found->second].outcome = std::move(outcome);
      waiting_.erase(found);
    }
    return true;
  }

  void take_call(any_message message, const std::string& key) {
    if (!can_be_repeated(message)) {
      ++read_.left_out_count;
      return;
    }
    if (!key.empty()) waiting_[key] = read_.calls.size();
    read_.calls.push_back({.at = now_,
                           .method = *std::move(message.method),
                           .params = std::move(message.params),
                           .is_notification = key.empty(),
                           .outcome = std::nullopt});
  }

  template <class T>
  static bool decode(std::string_view text, T* into) {
    return codec::decode(json_view{text, format::json}, describe<T>(), into).has_value();
  }

  recording read_;
  std::unordered_map<std::string, std::size_t> waiting_;  // calls by caller and id
  std::optional<std::chrono::milliseconds> first_;
  std::chrono::milliseconds now_{0};
};

}  // namespace

result<recording> read_recording(std::istream& lines) {
  return recording_reader{}.read(lines);
}

}  // namespace sidewire::cli
