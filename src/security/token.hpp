#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The secrets that the server makes for itself: the token of this launch, which whoever started it
/// hands on to its clients, and the name of this instance, by which a client tells a restart.
namespace sidewire::security {

/// A fresh token of 256 random bits, as 43 base64url characters (RFC 4648, 5; no padding), so that
/// it fits in a header, in a subprotocol's name and in an address. Any thread.
/// Throws std::runtime_error where the system has no randomness to give.
std::string make_token();

/// A fresh name for this run of the server: 96 random bits as 16 base64url characters. Not secret.
/// Any thread; throws as `make_token` does.
std::string make_instance_id();

/// The one token that this server takes. Immutable, any thread.
class token_verifier {
 public:
  /// `token` must not be empty.
  explicit token_verifier(std::string_view token);

  /// Whether `presented` is the token. The time it takes tells nothing of the token but its length.
  bool accepts(std::string_view presented) const noexcept;

 private:
  std::string expected_;
};

}  // namespace sidewire::security
