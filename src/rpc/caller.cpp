#include "rpc/caller.hpp"

#include <utility>

#include "rpc/async_call.hpp"
#include "rpc/caller_handle.hpp"

namespace sidewire::rpc {

caller::~caller() {
  if (handle_) handle_->forget();
  end_calls(nullptr);
}

const std::shared_ptr<caller_handle>& caller::as_peer() {
  if (!handle_) handle_ = std::make_shared<caller_handle>(this);
  return handle_;
}

async_call* caller::find(const protocol::id_view& id) const noexcept {
  if (!calls_) return nullptr;
  const auto found = calls_->by_id.find(id);
  return found == calls_->by_id.end() ? nullptr : found->second;
}

void caller::end_calls(const error* reason) {
  if (!calls_) return;
  if (reason != nullptr) {
    // A call that ends leaves the list; the copy keeps each alive meanwhile.
    for (const auto& running : std::vector{calls_->all}) running->cancel(*reason);
    return;
  }
  const auto abandoned = std::exchange(calls_, nullptr);
  running_count_ = 0;
  for (const auto& running : abandoned->all) running->abandon();
  for (const auto& running : abandoned->all) running->interrupt();
}

void caller::made_room() {
  if (!calls_) return;
  for (const auto& running : std::vector{calls_->all}) running->wake();
}

}  // namespace sidewire::rpc
