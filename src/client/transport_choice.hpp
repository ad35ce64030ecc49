#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <sidewire/error.hpp>
#include <vector>

#include "base/timer_queue.hpp"
#include "client/session_transport.hpp"
#include "client/transport_memory.hpp"

namespace sidewire::client {

/// The times by which transports are chosen.
struct choice_times {
  std::chrono::milliseconds head_start{250};
  /// An attempt at most, and the only possible one always.
  std::chrono::milliseconds max_patience{10'000};
  std::chrono::milliseconds upgrade_interval{5'000};
};

/// Decides which transport is tried when (protocol, section 6): in rounds, each of attempts that
/// begin a head start apart, or at once when the one before has failed. Where a session is resumed
/// the newest attempt has it, so an earlier one has its time and no more, which doubles with each
/// round that failed. A round that is won tells which better transports do not work; these are
/// tried again while the session runs. No I/O and no clock. The client's thread.
class transport_choice {
 public:
  using time_point = base::time_point;
  using duration = std::chrono::milliseconds;

  /// `allowed` in order of preference, not empty; `random` gives numbers from 0 to 1.
  transport_choice(std::vector<session_transport> allowed, choice_times times,
                   std::function<double()> random, transport_failures remembered = {});

  /// A first session is to be had: attempts go on beside each other.
  void begin_opening(time_point now);
  /// The session has no connection: an attempt replaces the one before.
  void begin_resuming(time_point now);
  /// The session goes on meanwhile. The round's only attempt is the transport that
  /// `due_upgrade` told.
  void begin_upgrade(session_transport transport, time_point now);

  /// The next attempt to begin now, if any.
  std::optional<session_transport> next(time_point now);
  /// Of a resume: the attempt has had its time. It has failed then.
  bool is_late(time_point now) const;
  /// When `next`, `is_late` or `due_upgrade` may say something else; time_point::max() for not
  /// before something happens.
  time_point next_time() const;

  /// An attempt of the round.
  void failed(session_transport transport, const error& reason, time_point now);
  /// This attempt is answered, and the round over.
  void won(session_transport transport, time_point now);
  /// The transport in use has opened and then brought nothing: others go before it.
  void spoil(const error& reason);
  /// Every attempt of the round has failed.
  bool is_exhausted() const;
  /// What the server's policy offers, in its order. Others are neither tried nor kept in the round;
  /// where nothing is left of what is allowed, the answer is passed over.
  void offer(const std::vector<session_transport>& offered, time_point now);
  bool is_offered(session_transport transport) const;

  /// A better transport than the one in use that is to be tried again now.
  std::optional<session_transport> due_upgrade(time_point now);

  const std::optional<session_transport>& in_use() const noexcept { return in_use_; }
  /// Why each is not in use, as far as it was tried.
  const transport_failures& failures() const noexcept { return failures_; }

 private:
  enum class round : std::uint8_t { none, opening, resuming, upgrade };

  void begin(round kind, time_point now);
  std::size_t rank(session_transport transport) const;
  duration patience() const;
  void plan_retry(session_transport transport, time_point now);
  void explain_order(session_transport chosen);
  time_point& retry_of(session_transport transport) { return retry_[index_of(transport)]; }

  const std::vector<session_transport> allowed_;
  std::vector<session_transport> order_;  // of preference: what is allowed and offered
  choice_times times_;
  std::function<double()> random_;
  transport_failures failures_;
  std::array<int, session_transports.size()> failure_counts_{};  // since it worked last
  std::array<time_point, session_transports.size()> retry_{};

  round round_ = round::none;
  std::vector<session_transport> to_try_;  // of the round, in order
  std::vector<session_transport> running_;
  time_point next_start_ = time_point::max();
  int lost_rounds_ = 0;  // one after the other
  std::optional<session_transport> in_use_;
};

}  // namespace sidewire::client
