#include "services/logs/time_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sidewire::services::logs {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr log_time earliest{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr log_time latest =
    log_time{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}} - milliseconds{1};

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// A place in a text that moves on when what is there is what was asked for.
class text_cursor {
 public:
  explicit text_cursor(std::string_view text) : text_{text} {}

  std::size_t position() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void back_to(std::size_t position) { at_ = position; }

  bool skip(char byte) {
    if (peek() != byte || at_end()) return false;
    ++at_;
    return true;
  }
  bool skip_any(std::string_view bytes) {
    if (at_end() || bytes.find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  bool skip(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  /// Exactly `count` digits.
  bool digits(std::size_t count, int& value) {
    if (text_.size() - at_ < count) return false;
    value = 0;
    for (std::size_t index = 0; index < count; ++index) {
      const char byte = text_[at_ + index];
      if (!is_digit(byte)) return false;
      value = value * 10 + (byte - '0');
    }
    at_ += count;
    return true;
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = text_.substr(at_, count);
    at_ += taken.size();
    return taken;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// "03:14:15.123456" or "03:14". Leap seconds count as the second before.
std::optional<milliseconds> time_of_day(text_cursor& text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!text.digits(2, hour) || !text.skip(':') || !text.digits(2, minute)) return std::nullopt;
  if (text.skip(':') && !text.digits(2, second)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  milliseconds found =
      std::chrono::hours{hour} + minutes{minute} + std::chrono::seconds{std::min(second, 59)};
  const std::size_t before_fraction = text.position();
  if (text.skip_any(".,")) {
    int unit = 100;
    int digit = 0;
    if (!is_digit(text.peek())) text.back_to(before_fraction);
    while (is_digit(text.peek()) && text.digits(1, digit)) {
      found += milliseconds{digit * unit};
      unit /= 10;
    }
  }
  return found;
}

/// "Z", " UTC", "+01:00", " +0100", "-05". Empty, and nothing taken, where there is no zone.
std::optional<minutes> zone(text_cursor& text) {
  const std::size_t begin = text.position();
  if (text.skip_any("Zz")) return minutes{0};
  const bool apart = text.skip(' ');
  if (text.skip("UTC") || text.skip("GMT")) {
    if (!std::isalpha(static_cast<unsigned char>(text.peek()))) return minutes{0};
  } else if (const char sign = text.peek(); text.skip_any("+-")) {
    int hour = 0;
    int minute = 0;
    if (text.digits(2, hour)) {
      const bool colon = text.skip(':');
      const bool has_minutes = text.digits(2, minute);
      // " -05" after a space may as well be the text's own.
      const bool whole = has_minutes || (!colon && !apart);
      if (whole && hour <= 23 && minute <= 59 && !is_digit(text.peek())) {
        const minutes ahead = std::chrono::hours{hour} + minutes{minute};
        return sign == '+' ? ahead : -ahead;
      }
    }
  }
  text.back_to(begin);
  return std::nullopt;
}

std::optional<std::chrono::month> month_name(text_cursor& text) {
  constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::string_view word = text.take(3);
  const std::size_t at = word.size() == 3 ? names.find(word) : std::string_view::npos;
  if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  return std::chrono::month{static_cast<unsigned>(at / 3 + 1)};
}

std::optional<log_time> in_range(log_time time) {
  if (time < earliest || time > latest) return std::nullopt;
  return time;
}

std::optional<log_time> at_date(std::chrono::year_month_day date, milliseconds since_midnight,
                                std::optional<minutes> ahead_of_utc, const wall_clock& clock) {
  if (!date.ok()) return std::nullopt;
  const wall_time shown = std::chrono::local_days{date} + since_midnight;
  if (ahead_of_utc) return in_range(log_time{shown.time_since_epoch()} - *ahead_of_utc);
  return in_range(clock.to_utc(shown));
}

std::chrono::year_month_day date_of(int year, int month, int day) {
  return {std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
          std::chrono::day{static_cast<unsigned>(day)}};
}

/// "2026-11-21", "2026/11/21"
std::optional<std::chrono::year_month_day> iso_date(text_cursor& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!text.digits(4, year)) return std::nullopt;
  const char separator = text.peek();
  if (!text.skip_any("-/") || !text.digits(2, month) || !text.skip(separator) ||
      !text.digits(2, day)) {
    return std::nullopt;
  }
  return date_of(year, month, day);
}

/// "2026-11-21T03:14:15.123+01:00", "2026-11-21  03:14:15"
std::optional<log_time> iso_time(text_cursor& text, const wall_clock& clock) {
  const auto date = iso_date(text);
  if (!date || !text.skip_any("Tt ")) return std::nullopt;
  text.skip(' ');
  const auto since_midnight = time_of_day(text);
  if (!since_midnight) return std::nullopt;
  return at_date(*date, *since_midnight, zone(text), clock);
}

/// "21/Nov/2026:03:14:15 +0000"
std::optional<log_time> access_log_time(text_cursor& text, const wall_clock& clock) {
  int day = 0;
  int year = 0;
  if (!text.digits(2, day) || !text.skip('/')) return std::nullopt;
  const auto month = month_name(text);
  if (!month || !text.skip('/') || !text.digits(4, year) || !text.skip(':')) return std::nullopt;
  const auto since_midnight = time_of_day(text);
  if (!since_midnight) return std::nullopt;
  const auto date = std::chrono::year{year} / *month / day;
  return at_date(date, *since_midnight, zone(text), clock);
}

/// "Nov 21 03:14:15", "Nov  1 03:14:15.123", "Sat Nov 21 03:14:15 2026"
std::optional<log_time> named_month_time(text_cursor& text, const wall_clock& clock) {
  const std::size_t begin = text.position();
  const std::string_view weekday = text.take(3);
  constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
  const std::size_t at = weekday.size() == 3 ? weekdays.find(weekday) : std::string_view::npos;
  const bool has_weekday = at != std::string_view::npos && at % 3 == 0;
  if (!has_weekday || !text.skip(' ')) text.back_to(begin);

  const auto month = month_name(text);
  int day = 0;
  if (!month || !text.skip(' ')) return std::nullopt;
  if (!text.digits(2, day) && !(text.skip(' '), text.digits(1, day))) return std::nullopt;
  if (!text.skip(' ')) return std::nullopt;
  const auto since_midnight = time_of_day(text);
  if (!since_midnight) return std::nullopt;

  const std::size_t end = text.position();
  if (int year = 0; text.skip(' ') && text.digits(4, year) && !is_digit(text.peek())) {
    if (has_weekday) {
      return at_date(std::chrono::year{year} / *month / day, *since_midnight, {}, clock);
    }
  }
  text.back_to(end);
  const auto found =
      clock.to_utc(*month / std::chrono::day{static_cast<unsigned>(day)}, *since_midnight);
  return found ? in_range(*found) : std::nullopt;
}

/// A time with its year, which is one wherever it stands.
std::optional<log_time> complete_time(text_cursor& text, const wall_clock& clock) {
  const std::size_t begin = text.position();
  if (const auto found = iso_time(text, clock)) return found;
  text.back_to(begin);
  return access_log_time(text, clock);
}

}  // namespace

std::optional<found_time> time_at_front(std::string_view text, const wall_clock& clock) {
  text_cursor at{text};
  const bool bracketed = at.skip('[');
  const std::optional<log_time> found =
      is_digit(at.peek()) ? complete_time(at, clock) : named_month_time(at, clock);
  if (!found || (bracketed && !at.skip(']'))) return std::nullopt;
  return found_time{*found, at.position()};
}

std::optional<log_time> time_within(std::string_view text, const wall_clock& clock) {
  constexpr std::size_t searched_bytes = 256;
  constexpr std::size_t shortest = std::string_view{"2026-11-21 03:14"}.size();
  char before = ' ';
  for (std::size_t at = 0; at < searched_bytes && at + shortest <= text.size(); ++at) {
    const bool begins_word = before == ' ' || before == '[' || before == '(' || before == '\t';
    before = text[at];
    if (!begins_word || !is_digit(before)) continue;
    text_cursor here{text.substr(at)};
    if (const auto found = complete_time(here, clock)) return found;
  }
  return std::nullopt;
}

std::optional<log_time> time_of_epoch(double number) {
  // Each unit covers the years 1970 to 5138; ISO text is the way to write others.
  constexpr double max_seconds = 1e11;
  const double magnitude = std::abs(number);
  double in_milliseconds = number * 1e3;
  if (magnitude >= max_seconds * 1e6) {
    in_milliseconds = number / 1e6;
  } else if (magnitude >= max_seconds * 1e3) {
    in_milliseconds = number / 1e3;
  } else if (magnitude >= max_seconds) {
    in_milliseconds = number;
  }
  if (!(std::abs(in_milliseconds) < static_cast<double>(latest.time_since_epoch().count()))) {
    return std::nullopt;
  }
  return in_range(log_time{milliseconds{std::llround(in_milliseconds)}});
}

std::optional<log_time> moment(std::string_view text, log_time now) {
  const wall_clock utc{now, [](auto) { return std::chrono::seconds{0}; }};
  if (const auto found = time_at_front(text, utc); found && found->length == text.size()) {
    return found->time;
  }
  text_cursor at{text};
  if (const auto date = iso_date(at); date && at.at_end()) return at_date(*date, {}, {}, utc);

  std::uint32_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc{} || end + 1 != text.data() + text.size()) return std::nullopt;
  const std::chrono::seconds number{count};
  switch (*end) {
    case 's':
      return in_range(now - number);
    case 'm':
      return in_range(now - number * 60);
    case 'h':
      return in_range(now - number * 3600);
    case 'd':
      return in_range(now - number * 86400);
    case 'w':
      return in_range(now - number * 7 * 86400);
    default:
      return std::nullopt;
  }
}

rfc3339_text to_rfc3339(log_time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  rfc3339_text text{};
  std::size_t at = 0;
  const auto put = [&](unsigned value, std::size_t width, char after) {
    for (std::size_t index = width; index-- > 0; value /= 10) {
      text[at + index] = static_cast<char>('0' + value % 10);
    }
    text[at + width] = after;
    at += width + 1;
  };
  put(static_cast<unsigned>(static_cast<int>(date.year())), 4, '-');
  put(static_cast<unsigned>(date.month()), 2, '-');
  put(static_cast<unsigned>(date.day()), 2, 'T');
  put(static_cast<unsigned>(clock.hours().count()), 2, ':');
  put(static_cast<unsigned>(clock.minutes().count()), 2, ':');
  put(static_cast<unsigned>(clock.seconds().count()), 2, '.');
  put(static_cast<unsigned>(clock.subseconds().count()), 3, 'Z');
  return text;
}

}  // namespace sidewire::services::logs
