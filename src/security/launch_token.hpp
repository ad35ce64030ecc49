#pragma once

#include <memory>
#include <string_view>

#include "rpc/environment.hpp"
#include "security/token.hpp"

namespace sidewire::security {

/// The mode `token`: whoever holds the launch token is the local user and may do everything.
/// Immutable, any thread.
class launch_token final : public rpc::authenticator {
 public:
  explicit launch_token(std::string_view token) : token_{token} {}

  result<std::shared_ptr<const principal>> authenticate(std::string_view presented) const override {
    if (!token_.accepts(presented)) {
      return error{error_kind::not_authenticated, "the token is wrong"};
    }
    return local_;
  }

  /// Who the holder is.
  const std::shared_ptr<const principal>& local() const noexcept { return local_; }

 private:
  token_verifier token_;
  std::shared_ptr<const principal> local_ =
      std::make_shared<const principal>(principal{.name = "local", .scopes = {"admin"}});
};

}  // namespace sidewire::security
