#include "client/tls_verifier.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cstddef>
#include <utility>

namespace sidewire::client {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string hex(const certificate_fingerprint& digest) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const unsigned char byte : digest) {
    if (!text.empty()) text += ':';
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace

std::optional<certificate_fingerprint> parse_fingerprint(std::string_view text) {
  for (const std::string_view prefix : {"sha256:", "SHA256:"}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  certificate_fingerprint digest{};
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ':') continue;
    const int digit = hex_digit(c);
    if (digit < 0 || digits == 2 * digest.size()) return {};
    digest[digits / 2] = static_cast<unsigned char>(digest[digits / 2] << 4U | digit);
    ++digits;
  }
  if (digits != 2 * digest.size()) return {};
  return digest;
}

result<void> tls_verifier::check(const client_tls_options& options) {
  if (!options.fingerprint.empty() && !parse_fingerprint(options.fingerprint)) {
    return error{error_kind::invalid_params,
                 "a certificate's fingerprint is its SHA-256 in 64 hex digits"};
  }
  return {};
}

tls_verifier::tls_verifier(client_tls_options options, std::string host)
    : options_{std::move(options)},
      host_{std::move(host)},
      fingerprint_{parse_fingerprint(options_.fingerprint)} {}

result<void> tls_verifier::install(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &tls_verifier::on_verify, this);
  if (fingerprint_) return {};

  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context);
  if (X509_VERIFY_PARAM_set1_ip_asc(param, host_.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(param, host_.c_str(), 0);
  }
  const int loaded = options_.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                              : SSL_CTX_load_verify_locations(
                                                    context, options_.ca_file.c_str(), nullptr);
  ERR_clear_error();
  if (loaded != 1) {
    return error{error_kind::invalid_params, "no certificate authorities could be read from \"" +
                                                 options_.ca_file + "\" (PEM is expected)"};
  }
  return {};
}

std::string tls_verifier::last_problem() const {
  const std::lock_guard lock{mutex_};
  return problem_;
}

int tls_verifier::on_verify(x509_store_ctx_st* store, void* self) {
  return static_cast<tls_verifier*>(self)->verify(store) ? 1 : 0;
}

bool tls_verifier::verify(x509_store_ctx_st* store) {
  if (fingerprint_) return verify_fingerprint(store);
  if (X509_verify_cert(store) == 1) {
    remember({});
    return true;
  }
  remember(X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
  return false;
}

bool tls_verifier::verify_fingerprint(x509_store_ctx_st* store) {
  certificate_fingerprint digest{};
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate != nullptr &&
      X509_digest(certificate, EVP_sha256(), digest.data(), nullptr) == 1 &&
      digest == *fingerprint_) {
    remember({});
    return true;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  remember("its certificate's fingerprint is " + hex(digest));
  return false;
}

void tls_verifier::remember(std::string problem) {
  const std::lock_guard lock{mutex_};
  problem_ = std::move(problem);
}

}  // namespace sidewire::client
