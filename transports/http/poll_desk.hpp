#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/timer_queue.hpp"
#include "transports/http/poll_link.hpp"

namespace sidewire::http {

/// The links of a shard's sessions on long poll, which live between requests. Shard.
class poll_desk {
 public:
  /// `sessions` outlives it.
  explicit poll_desk(session::store& sessions) : sessions_{sessions} {}

  /// A link that waits to be opened.
  poll_link& make();
  /// The link of a session that is on poll; else null.
  poll_link* find(const session::session& of) const;
  /// It is over. It ends soon: it may be what says so.
  void remove(poll_link& over);

 private:
  void tidy(base::time_point now) {
    static_cast<void>(now);
    gone_.clear();
  }

  session::store& sessions_;
  std::unordered_map<const session::link*, std::unique_ptr<poll_link>> links_;
  std::vector<std::unique_ptr<poll_link>> gone_;
  base::member_timer<poll_desk, &poll_desk::tidy> tidy_{*this};
};

}  // namespace sidewire::http
