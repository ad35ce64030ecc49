#include "rpc/execution.hpp"

#include "rpc/dispatcher.hpp"

namespace sidewire::rpc {

execution::execution(dispatcher& owner, std::shared_ptr<async_call> parent,
                     const destination& where, execute_params params)
    : owner_{owner}, parent_{std::move(parent)}, params_{std::move(params)}, where_{where} {
  where_.choice = format_choice::fixed;
}

void execution::start() {
  const std::size_t count = params_.operations.size();
  where_.group = std::make_shared<gathering>(
      gathering::shape::outcomes, where_.as, count,
      [self = shared_from_this()](const gathering&) { self->operation_ended(); });
  parent_->on_interrupt([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->next_ = self->params_.operations.size();
    for (const auto& running : self->running_) {
      if (const auto operation = running.lock()) {
        operation->cancel(error{error_kind::request_cancelled, "the call was cancelled"});
      }
    }
  });
  if (count == 0) return answer();
  if (params_.stop_on_error.value_or(false)) return run_next();
  while (next_ != count) run_next();
}

void execution::run_next() {
  const execute_operation& operation = params_.operations[next_];
  destination where = where_;
  where.slot = next_++;
  const json_view params =
      operation.params ? json_view{*operation.params} : json_view{"{}", format::json};
  if (auto running = owner_.run_operation(operation.method, params, std::move(where))) {
    running_.push_back(running);
  }
}

void execution::operation_ended() {
  const bool in_turn = params_.stop_on_error.value_or(false);
  if (in_turn && !where_.group->last_failed() && next_ != params_.operations.size()) {
    return run_next();
  }
  if (in_turn || where_.group->missing_count() == 0) answer();
}

void execution::answer() {
  // The group's completion keeps this alive; it is let go of here.
  const auto self = shared_from_this();
  const auto group = std::move(where_.group);
  if (!parent_) return;
  base::buffer results;
  group->write(results);
  const execute_result answer{json{std::string{results.view()}, where_.as}};
  parent_->finish(&describe<execute_result>(), &answer);
  std::move(parent_)->ended(nullptr);
}

}  // namespace sidewire::rpc
