#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <stop_token>
#include <utility>
#include <vector>

#include "client/link.hpp"

namespace sidewire::client {

using time_point = std::chrono::steady_clock::time_point;
using answers = std::vector<result<json>>;

/// One message's calls, and who waits for them.
struct exchange {
  std::size_t count = 1;  ///< calls; their ids follow each other. 0: a notification
  time_point deadline = time_point::max();
  std::function<void(json_view)> on_progress = {};
  /// Once: an outcome a call, in order. Of a notification: none, or why it was not sent.
  std::function<void(answers)> done = {};
  /// Its message, where the server runs it once however often it comes; else null.
  shared_message repeatable = {};
};

/// The calls of a client that wait for their answer: which answer ends which call, and what becomes
/// of those that get none. No I/O and no clock. Only the client's thread may call it.
class exchange_table {
 public:
  using cancel_callback = std::stop_callback<std::function<void()>>;

  void add(exchange_id id, exchange work);
  /// Kept until the exchange ends.
  void keep(exchange_id id, std::unique_ptr<cancel_callback> callback);
  bool contains(exchange_id id) const { return waiting_.contains(id); }
  std::size_t size() const noexcept { return waiting_.size(); }
  /// Calls of an exchange that is in the table.
  std::size_t count_of(exchange_id id) const { return waiting_.at(id).work.count; }

  /// The message is being written: nobody knows any more whether its calls run.
  void mark_sending(exchange_id id);
  /// It was not sent after all.
  void unmark_sending(exchange_id id);
  /// The message has left, which is the end of a notification.
  void mark_sent(exchange_id id);

  /// A response. False when no call has this id or it was answered already.
  bool answer(std::uint64_t call, result<json> outcome);
  /// An error that names no call: it belongs to the exchange that the transport names, else to the
  /// only one that waits. False when nobody can say whose it is.
  bool answer_unnamed(exchange_id exchange, const error& reason);
  void progress(std::uint64_t call, json_view value);

  /// Fails what is not answered yet of one exchange.
  void fail(exchange_id id, const error& reason);
  /// The connection has ended: fails everything. What was written fails with `outcome_unknown`,
  /// unless `reason` says that the server let nothing run (`not_authenticated`, `forbidden`).
  void fail_all(const error& reason);

  /// The session was lost: what was written fails with `reason`, but for what is repeatable, whose
  /// messages are answered, in order.
  std::vector<shared_message> fail_written(const error& reason);

  /// Its caller cancels: it waits for its answer until `until` at most.
  void mark_cancelled(exchange_id id, time_point until);
  time_point next_deadline() const;
  /// Fails everything whose time has come, with `deadline_exceeded` or, where it was cancelled,
  /// `request_cancelled`. Answers which, with their count, for the server to cancel.
  std::vector<std::pair<exchange_id, std::size_t>> expire(time_point now);

 private:
  struct entry {
    exchange work;
    std::vector<std::optional<result<json>>> outcomes;
    std::size_t answered = 0;
    bool sending = false;
    bool cancelled = false;
    std::unique_ptr<cancel_callback> callback;
  };
  using entries = std::map<exchange_id, entry>;

  entries::iterator find_call(std::uint64_t call);
  void finish(entries::iterator at, const error* unanswered);
  void set_deadline(entries::iterator at, time_point deadline);

  entries waiting_;  // by id of the first call
  std::set<std::pair<time_point, exchange_id>> deadlines_;
};

}  // namespace sidewire::client
