#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <sidewire/description.hpp>
#include <string>
#include <vector>

#include "rpc/async_call.hpp"
#include "rpc/gathering.hpp"

namespace sidewire::rpc {

class dispatcher;

struct execute_operation {
  std::string method;
  std::optional<json> params;
};
BOOST_DESCRIBE_STRUCT(execute_operation, (), (method, params))

struct execute_params {
  std::vector<execute_operation> operations;
  std::optional<bool> stop_on_error;
};
BOOST_DESCRIBE_STRUCT(execute_params, (), (operations, stop_on_error))

/// `{result}` or `{error}` for each operation that ran.
struct execute_result {
  json results;
};
BOOST_DESCRIBE_STRUCT(execute_result, (), (results))

/// One `batch.execute` under way: runs its operations at once, or one after the other where the
/// first that fails ends it, and answers when all have ended. It and the group of its outcomes keep
/// each other alive until it answers or its call is cancelled. Shard.
class execution : public std::enable_shared_from_this<execution> {
 public:
  execution(dispatcher& owner, std::shared_ptr<async_call> parent, const destination& where,
            execute_params params);
  void start();

 private:
  /// Runs what may be run now, and answers once nothing is left. An operation that ends at once
  /// comes back here, and is passed over.
  void advance();
  bool may_run_next() const;
  void run_next();
  std::size_t ended_count() const;
  void answer();
  /// The call was cancelled, and so are its operations; nobody waits for their outcomes.
  void stop();

  dispatcher& owner_;
  std::shared_ptr<async_call> parent_;  // null once it was answered or cancelled
  execute_params params_;
  destination outer_;  // of the call itself
  destination where_;  // of its operations
  std::size_t next_ = 0;
  std::vector<std::weak_ptr<async_call>> running_;
  bool advancing_ = false;
};

}  // namespace sidewire::rpc
