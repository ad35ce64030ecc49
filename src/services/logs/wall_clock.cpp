#include "services/logs/wall_clock.hpp"

#include <ctime>

namespace sidewire::services::logs {
namespace {

using std::chrono::local_seconds;
using std::chrono::seconds;

/// Zones change their offset at these alone.
using quarter_hours = std::chrono::duration<std::int64_t, std::ratio<15 * 60>>;

seconds offset_of_machine(local_seconds shown) {
  const auto day = std::chrono::floor<std::chrono::days>(shown);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{shown - day};
  std::tm parts{};
  parts.tm_year = static_cast<int>(date.year()) - 1900;
  parts.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  parts.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  parts.tm_hour = static_cast<int>(time.hours().count());
  parts.tm_min = static_cast<int>(time.minutes().count());
  parts.tm_sec = static_cast<int>(time.seconds().count());
  parts.tm_isdst = -1;
  std::mktime(&parts);
  return seconds{parts.tm_gmtoff};
}

}  // namespace

zone_offset machine_zone() {
  return [known = local_seconds::min(), offset = seconds{}](local_seconds shown) mutable {
    const local_seconds quarter = std::chrono::floor<quarter_hours>(shown);
    if (quarter != known) {
      known = quarter;
      offset = offset_of_machine(quarter);
    }
    return offset;
  };
}

std::optional<log_time> wall_clock::to_utc(std::chrono::month_day day,
                                           std::chrono::milliseconds since_midnight) const {
  // Nine years reach back over two leap years, also around 2100.
  constexpr std::chrono::years longest_gap_between_leap_years{8};
  const std::chrono::year_month_day today{
      std::chrono::floor<std::chrono::days>(latest_ + std::chrono::days{2})};
  for (auto year = today.year(); year >= today.year() - longest_gap_between_leap_years; --year) {
    const std::chrono::year_month_day date = year / day.month() / day.day();
    if (!date.ok()) continue;
    const log_time found = to_utc(wall_time{std::chrono::local_days{date}} + since_midnight);
    if (found <= latest_ + std::chrono::days{1}) return found;
  }
  return std::nullopt;
}

}  // namespace sidewire::services::logs
