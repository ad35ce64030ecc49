#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <sidewire/awaitable.hpp>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>
#include <unordered_map>

#include "codec/reader.hpp"
#include "rpc/environment.hpp"

namespace sidewire::rpc {

class caller;

/// Takes a request back, in either direction.
inline constexpr std::string_view cancel_method = "$/cancelRequest";

/// The requests that the server has sent to one client and that are not answered yet. Each ends
/// once: with its response, its deadline, its cancellation, or its client. Shard.
class client_requests {
 public:
  client_requests(environment& shared, caller& to) : shared_{shared}, to_{to} {}
  client_requests(const client_requests&) = delete;
  client_requests& operator=(const client_requests&) = delete;
  ~client_requests();

  /// Sends at once; throws call_failed at once where too many wait. See `peer::request`.
  awaitable<json> send(std::string_view method, const type_description& type, const void* params,
                       std::chrono::milliseconds timeout);
  /// The client has answered. What answers nothing is ignored.
  void take(const codec::incoming& response);
  bool empty() const noexcept { return waiting_.empty(); }

 private:
  struct pending;

  static awaitable<json> answer_to(std::shared_ptr<pending> request);
  void give_up(std::uint64_t id);

  environment& shared_;
  caller& to_;
  std::unordered_map<std::uint64_t, std::shared_ptr<pending>> waiting_;
  std::uint64_t last_id_ = 0;
};

}  // namespace sidewire::rpc
