#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace sidewire::client {

using certificate_fingerprint = std::array<unsigned char, 32>;

/// Reads 64 hex digits, with colons or without, and with "sha256:" before them or without.
std::optional<certificate_fingerprint> parse_fingerprint(std::string_view text);

/// Decides whether a server is the one that was meant: by its certificate's fingerprint, or by its
/// chain and name. Outlives every context that it was installed in. `verify` any thread, the rest
/// before the first connection.
class tls_verifier {
 public:
  /// `host` is the name or address that a chain must be for. On failure: `invalid_params`.
  static result<void> check(const client_tls_options& options);
  tls_verifier(client_tls_options options, std::string host);

  /// Makes a handshake of `context` fail unless the server proves itself; TLS 1.2 at least.
  result<void> install(ssl_ctx_st* context);

  /// Why the last certificate was refused; empty where none was.
  std::string last_problem() const;

 private:
  static int on_verify(x509_store_ctx_st* store, void* self);
  bool verify(x509_store_ctx_st* store);
  bool verify_fingerprint(x509_store_ctx_st* store);
  void remember(std::string problem);

  client_tls_options options_;
  std::string host_;
  std::optional<certificate_fingerprint> fingerprint_;
  mutable std::mutex mutex_;
  std::string problem_;  // guarded by mutex_
};

}  // namespace sidewire::client
