#pragma once

#include <memory>
#include <optional>
#include <sidewire/json.hpp>
#include <string_view>
#include <vector>

#include "codec/reader.hpp"
#include "rpc/answer.hpp"
#include "rpc/async_call.hpp"
#include "rpc/caller.hpp"
#include "rpc/environment.hpp"
#include "rpc/keyed_run.hpp"

namespace sidewire::rpc {

/// One message that was read. Valid until its dispatcher reads the next.
struct received {
  result<void> outcome;  ///< parse_error where it is no valid JSON or MessagePack
  format written_as = format::json;
  std::string_view text = {};
  bool is_batch = false;
  std::string_view idempotency_key = {};  ///< brought beside the message; empty: none
  codec::incoming single = {};            ///< where it could be read and is no batch

  bool is_single() const noexcept { return outcome.has_value() && !is_batch; }
};

/// Takes one message of a caller to the methods that it names. One a shard. Shard.
class dispatcher {
 public:
  explicit dispatcher(environment shared);
  dispatcher(const dispatcher&) = delete;
  dispatcher& operator=(const dispatcher&) = delete;
  ~dispatcher();

  /// Reads and runs one message. `text` must be followed by base::buffer::padding readable bytes.
  /// What can be answered at once is appended to the caller, the rest follows later. Every message
  /// ends with `caller::settled`, unless the caller ends before.
  void handle(caller& from, std::string_view text, format as) { run(from, read(text, as)); }

  /// The two steps of `handle`, for whoever decides between them.
  received read(std::string_view text, format as);
  void run(caller& from, const received& message);
  /// Whether a method of the message begins so.
  bool names(const received& message, std::string_view prefix);

  /// Runs one call that did not come as a message. It is answered as JSON, with a null id. `params`
  /// is JSON, followed by base::buffer::padding readable bytes; empty: none. `from` has
  /// authenticated.
  void run_call(caller& from, std::string_view method, std::string_view params,
                std::string_view idempotency_key);

  /// Runs one call by itself, whose answer goes to a slot: an operation of `batch.execute`. Null
  /// where it has ended.
  std::shared_ptr<async_call> run_operation(std::string_view method,
                                            const std::optional<json>& params, destination where);

  /// Runs one call, whose key says that it is the first, so that it goes on by itself.
  keyed_run& begin_keyed_run(keyed_calls::name which, std::shared_ptr<const principal> who);
  void cancel_keyed_run(const keyed_calls::name& which);
  /// Its answer is there. It goes at the end of the turn.
  void keyed_run_ended(keyed_run& ended, shared_outcome outcome);

  /// From now on every call is answered `server_busy`; what runs goes on, with all its operations.
  void drain() noexcept { draining_ = true; }

  environment& shared() noexcept { return shared_; }

 private:
  void record_call(caller& from, std::string_view method, std::string_view params);
  void release_later(std::size_t message_bytes);
  void release(base::time_point now);
  std::shared_ptr<async_call> run_operation_now(codec::incoming& element,
                                                const std::optional<json>& params,
                                                destination where);
  void run_batch(caller& from, format as, std::string_view idempotency_key);
  void run(const codec::incoming& element, destination where,
           std::string_view idempotency_key = {});
  std::shared_ptr<async_call> call(const codec::incoming& element, destination where,
                                   std::string_view idempotency_key = {});
  void refuse(const codec::incoming& element, const destination& where, const error& reason);
  void give_credit(caller& from, const codec::incoming& request);
  void cancel_call(caller& from, const codec::incoming& request);

  environment shared_;
  codec::reader reader_;
  base::member_timer<dispatcher, &dispatcher::release> release_{*this};
  base::time_point last_large_{};  // when the reader has read a large message
  /// An operation is read while the message of its `batch.execute` is.
  codec::reader operation_reader_;
  std::vector<std::shared_ptr<keyed_run>> keyed_runs_;
  bool draining_ = false;
};

}  // namespace sidewire::rpc
