#pragma once

#include <memory>
#include <optional>
#include <sidewire/json.hpp>
#include <string_view>

#include "codec/reader.hpp"
#include "rpc/answer.hpp"
#include "rpc/async_call.hpp"
#include "rpc/caller.hpp"
#include "rpc/environment.hpp"

namespace sidewire::rpc {

/// Takes one message of a caller to the methods that it names. One a shard. Shard.
class dispatcher {
 public:
  explicit dispatcher(environment shared);

  /// Reads and runs one message. `text` must be followed by base::buffer::padding readable bytes.
  /// What can be answered at once is appended to the caller, the rest follows later. Every message
  /// ends with `caller::settled`, unless the caller ends before.
  void handle(caller& from, std::string_view text, format as);

  /// Runs one call by itself, whose answer goes to a slot: an operation of `batch.execute`. Null
  /// where it has ended.
  std::shared_ptr<async_call> run_operation(std::string_view method,
                                            const std::optional<json>& params, destination where);

  /// From now on every call is answered `server_busy`; what runs goes on, with all its operations.
  void drain() noexcept { draining_ = true; }

  environment& shared() noexcept { return shared_; }

 private:
  void handle_batch(caller& from, format as);
  void run(const codec::incoming& element, destination where);
  std::shared_ptr<async_call> call(const codec::incoming& element, destination where);
  void refuse(const codec::incoming& element, const destination& where, const error& reason);
  void cancel_call(caller& from, const codec::incoming& request);

  environment shared_;
  codec::reader reader_;
  /// An operation is read while the message of its `batch.execute` is.
  codec::reader operation_reader_;
  bool draining_ = false;
};

}  // namespace sidewire::rpc
