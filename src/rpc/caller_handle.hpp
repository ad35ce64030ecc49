#pragma once

#include <memory>
#include <sidewire/peer.hpp>

namespace sidewire::rpc {

class caller;

/// A caller as a method calls it back; outlives it. Shard.
class caller_handle final : public peer {
 public:
  explicit caller_handle(caller* owner) : owner_{owner} {}
  /// Of a caller that is gone.
  static std::shared_ptr<caller_handle> of_nobody();

  void forget() noexcept { owner_ = nullptr; }

 private:
  awaitable<json> send_request(std::string_view method, const type_description& type,
                               const void* params, std::chrono::milliseconds timeout) override;
  void send_notification(std::string_view notification, const type_description& type,
                         const void* params) override;

  caller* owner_;
};

}  // namespace sidewire::rpc
