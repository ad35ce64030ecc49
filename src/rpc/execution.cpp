#include "rpc/execution.hpp"

#include <utility>

#include "rpc/dispatcher.hpp"

namespace sidewire::rpc {

execution::execution(dispatcher& owner, std::shared_ptr<async_call> parent,
                     const destination& where, execute_params params)
    : owner_{owner},
      parent_{std::move(parent)},
      params_{std::move(params)},
      outer_{where},
      where_{where} {
  where_.choice = format_choice::fixed;
}

void execution::start() {
  where_.group = std::make_shared<gathering>(
      gathering::shape::outcomes, where_.as, params_.operations.size(),
      [self = shared_from_this()](const gathering&) { self->advance(); });
  parent_->on_interrupt([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->stop();
  });
  advance();
}

void execution::advance() {
  if (advancing_ || !parent_) return;
  advancing_ = true;
  while (may_run_next()) run_next();
  advancing_ = false;
  if (parent_ && ended_count() == next_) answer();
}

std::size_t execution::ended_count() const {
  return params_.operations.size() - where_.group->missing_count();
}

bool execution::may_run_next() const {
  if (!parent_ || next_ == params_.operations.size()) return false;
  if (!params_.stop_on_error.value_or(false)) return true;
  return ended_count() == next_ && !where_.group->last_failed();
}

void execution::run_next() {
  const execute_operation& operation = params_.operations[next_];
  destination where = where_;
  where.slot = next_++;
  if (auto running = owner_.run_operation(operation.method, operation.params, std::move(where))) {
    running_.push_back(running);
  }
}

void execution::answer() {
  const auto group = std::exchange(where_.group, nullptr);
  base::buffer results;
  group->write(results);
  const execute_result answer{json{std::string{results.view()}, where_.as}};
  const auto parent = std::exchange(parent_, nullptr);
  answer_and_then(
      outer_, [&] { parent->finish(&describe<execute_result>(), &answer); },
      [written = group->take_when_written()] {
        for (const auto& then : written) then();
      });
  parent->ended(nullptr);
}

void execution::stop() {
  if (!parent_) return;
  where_.group.reset();
  const auto parent = std::exchange(parent_, nullptr);
  for (const auto& running : running_) {
    if (const auto operation = running.lock()) {
      operation->cancel(error{error_kind::request_cancelled, "the call was cancelled"});
    }
  }
  parent->ended(nullptr);
}

}  // namespace sidewire::rpc
