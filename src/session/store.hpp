#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/timer_queue.hpp"
#include "rpc/environment.hpp"
#include "session/messages.hpp"
#include "session/outbox.hpp"
#include "session/resume_token.hpp"
#include "session/session.hpp"
#include "session/session_facts.hpp"

namespace sidewire::session {

/// What a store counts. Written by its shard, read by any thread.
struct session_counts {
  rpc::counter attached;  ///< now
  rpc::counter detached;  ///< now
  rpc::counter started;   ///< fresh ones, in place of lost ones included
  rpc::counter recovered;
  std::array<rpc::counter, 5> lost;  ///< resumes that were not recovered, by `loss`
  rpc::counter refused;              ///< resumes that were refused and changed nothing
};

/// Where a store stands among those of its server.
struct store_place {
  std::string_view instance;
  std::string_view version;
  std::size_t shard = 0;
  std::size_t shard_count = 1;
};

/// The sessions of one shard: opens, resumes and ends them, and bounds those that wait for their
/// client. Answers through the link that asks, so that every transport resumes alike. Shard.
class store {
 public:
  /// A resume or open that is not answered with a session and changes nothing.
  struct refusal {
    std::uint16_t code;  ///< a close code of PROTOCOL, 9
    std::string_view reason;
  };
  /// The session lives on another shard, which is to be asked.
  struct elsewhere {
    std::size_t shard;
  };
  using outcome = std::variant<session*, refusal, elsewhere>;

  /// `make_secret` gives a fresh random text. All outlive the store.
  store(rpc::environment& shared, const store_place& place,
        std::function<std::string()> make_secret);
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  ~store();

  /// What a resume token stands for here.
  using claim = std::variant<session*, loss, elsewhere>;
  claim find(std::string_view resume_token) const noexcept;

  /// Opens a session, or with a resume token resumes one: detaches its older connection, tells `to`
  /// (`session.started` or `session.resumed`), replays what is missing, and leaves the session with
  /// `to`. `who` has been authenticated just now.
  outcome open(const open_params& asked, client_facts facts, std::shared_ptr<const principal> who,
               link& to);

  /// The connection of a session is gone: it waits for the resume window.
  void detach(session& left);
  /// The session ends, and its calls with it. It must not be used any more; its memory goes later.
  void end(session& over);
  /// Ends what its connection had when that was closed with `code`, or lets it wait.
  void leave(session& left, std::uint16_t code);

  /// What a detached session keeps has changed.
  void recount(session& detached);

  /// All that there are, the oldest first.
  std::vector<session_facts> list() const;

  /// Whether it has not ended; to be asked in the turn in which it was there.
  bool has(const session& asked) const noexcept { return sessions_.contains(asked.number()); }
  rpc::environment& shared() noexcept { return shared_; }
  outbox_memory& memory() noexcept { return memory_; }
  const session_counts& counts() const noexcept { return counts_; }
  std::size_t size() const noexcept { return sessions_.size(); }
  std::size_t detached_count() const noexcept { return detached_.size(); }
  /// The memory of their outboxes.
  std::size_t detached_bytes() const noexcept { return detached_bytes_; }

 private:
  session& make(client_facts facts, std::shared_ptr<const principal> who);
  started_params describe(const session& made) const;
  session_facts facts_of(const session& told) const;
  session* start(client_facts facts, std::shared_ptr<const principal> who, link& to);
  session* start_afresh(loss reason, client_facts facts, std::shared_ptr<const principal> who,
                        link& to);
  session* recover(session& found, std::uint64_t received, std::shared_ptr<const principal> who,
                   link& to);
  void no_longer_detached(session& found);
  void count_sessions() noexcept;
  void tidy_later();
  void tidy(base::time_point now);
  session* next_to_evict() const;

  rpc::environment& shared_;
  store_place place_;
  std::function<std::string()> make_secret_;
  outbox_memory memory_;
  std::unordered_map<std::uint64_t, std::unique_ptr<session>> sessions_;
  std::list<session*> detached_;  // the longest detached first
  std::unordered_map<std::string, std::size_t> detached_of_principal_;
  std::vector<std::unique_ptr<session>> ended_;
  base::member_timer<store, &store::tidy> tidy_{*this};
  std::size_t detached_bytes_ = 0;
  std::uint64_t last_number_ = 0;
  session_counts counts_;
};

}  // namespace sidewire::session
