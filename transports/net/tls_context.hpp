#pragma once

#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;

namespace sidewire::net {

/// PEM files: the server's certificate followed by its intermediates, and the key of the first.
struct tls_files {
  std::string certificate_chain;
  std::string private_key;
};

/// What the server proves itself with to TLS clients: TLS 1.2 and 1.3, forward-secret authenticated
/// ciphers, ALPN `http/1.1`. Streams keep the certificate that they began with. Any thread.
class tls_context {
 public:
  /// Throws std::runtime_error whose text names the file and what is wrong with it.
  static std::unique_ptr<tls_context> from_files(tls_files files);

  /// A new ECDSA P-256 certificate in memory for localhost, 127.0.0.1 and ::1, which a client
  /// trusts by its fingerprint. Its key ends with the process.
  static std::unique_ptr<tls_context> self_signed();

  /// Reads the files again, for new connections. Throws as `from_files` does, and then goes on with
  /// what it had. Does nothing to a self-signed certificate.
  void reload();

  /// SHA-256 of the certificate, as `AA:BB:…`.
  std::string fingerprint() const;

  std::shared_ptr<ssl_ctx_st> current() const;

 private:
  tls_context(tls_files files, std::shared_ptr<ssl_ctx_st> context);

  const tls_files files_;  // empty: self-signed
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace sidewire::net
