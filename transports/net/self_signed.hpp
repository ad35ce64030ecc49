#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace sidewire::net {

struct openssl_deleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

struct key_and_certificate {
  std::unique_ptr<EVP_PKEY, openssl_deleter> key;
  std::unique_ptr<X509, openssl_deleter> certificate;
};

/// A new ECDSA P-256 key and a certificate that it signed itself, for localhost, 127.0.0.1 and ::1.
/// Throws std::runtime_error if OpenSSL cannot make one.
key_and_certificate make_self_signed();

}  // namespace sidewire::net
