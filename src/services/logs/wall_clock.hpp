#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "services/logs/entry.hpp"

namespace sidewire::services::logs {

using wall_time = std::chrono::local_time<std::chrono::milliseconds>;

/// How far a zone's wall clocks are ahead of UTC when they show a time.
using zone_offset = std::function<std::chrono::seconds(std::chrono::local_seconds)>;

/// The zone of this machine (TZ, /etc/localtime). What a repeated hour means is left to the C
/// library. Not thread-safe: remembers the last answer, since lines come in order.
zone_offset machine_zone();

/// Completes the times that log lines write without zone or year. Not thread-safe.
class wall_clock {
 public:
  /// `latest`: when the file was last written, which no line of it is much later than.
  wall_clock(log_time latest, zone_offset zone) : latest_{latest}, zone_{std::move(zone)} {}

  /// The file has been written to again.
  void set_latest(log_time latest) { latest_ = latest; }

  log_time to_utc(wall_time shown) const {
    return log_time{shown.time_since_epoch()} -
           zone_(std::chrono::floor<std::chrono::seconds>(shown));
  }

  /// The most recent time of that day of the year which is not over a day after `latest`. Empty for
  /// a day that no year has.
  std::optional<log_time> to_utc(std::chrono::month_day day,
                                 std::chrono::milliseconds since_midnight) const;

 private:
  log_time latest_;
  zone_offset zone_;
};

}  // namespace sidewire::services::logs
