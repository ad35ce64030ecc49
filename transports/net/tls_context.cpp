#include "transports/net/tls_context.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "transports/net/self_signed.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {
namespace {

using context_pointer = std::shared_ptr<SSL_CTX>;

[[noreturn]] void fail(const std::string& problem) {
  throw std::runtime_error{"TLS: " + problem};
}

/// Why OpenSSL's last call failed. Forgets it.
std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown error";
}

/// Protocols are a run of names with a length byte before each (RFC 7301, 3.1). A client that
/// speaks none of ours is refused; one that names none is not asked.
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  static constexpr std::string_view ours = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(
      &found, chosen_length, reinterpret_cast<const unsigned char*>(ours.data()),
      static_cast<unsigned int>(ours.size()), offered, offered_length);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Without this OpenSSL would ask on the terminal for the password of an encrypted key.
int refuse_password(char*, int, int, void*) {
  return -1;
}

context_pointer make_context() {
  context_pointer context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  if (context == nullptr) fail(openssl_reason());
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  // Several records, header and all, with one system call.
  SSL_CTX_set_read_ahead(raw, 1);
  if (SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) fail(openssl_reason());
  SSL_CTX_set_alpn_select_cb(raw, &select_protocol, nullptr);
  // Clients resume by tickets; the server keeps nothing.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(raw, &refuse_password);
  return context;
}

void require_readable(const std::string& what, const std::string& path) {
  const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    fail("cannot read the " + what + " " + path + ": " + std::generic_category().message(errno));
}

std::string key_problem(const tls_files& files) {
  const auto error = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(error);
  const bool is_other_key =
      ERR_GET_LIB(error) == ERR_LIB_X509 &&
      (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
  if (is_other_key) {
    ERR_clear_error();
    return "the private key " + files.private_key + " does not belong to the certificate " +
           files.certificate_chain;
  }
  return "no usable private key in " + files.private_key + ": " + openssl_reason();
}

context_pointer load(const tls_files& files) {
  require_readable("certificate", files.certificate_chain);
  require_readable("private key", files.private_key);
  context_pointer context = make_context();
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_chain.c_str()) != 1) {
    fail("no usable certificate in " + files.certificate_chain + ": " + openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.private_key.c_str(), SSL_FILETYPE_PEM) !=
      1) {
    fail(key_problem(files));
  }
  return context;
}

}  // namespace

tls_context::tls_context(tls_files files, std::shared_ptr<ssl_ctx_st> context)
    : files_{std::move(files)}, context_{std::move(context)} {}

std::unique_ptr<tls_context> tls_context::from_files(tls_files files) {
  context_pointer context = load(files);
  return std::unique_ptr<tls_context>{new tls_context{std::move(files), std::move(context)}};
}

std::unique_ptr<tls_context> tls_context::self_signed() {
  const key_and_certificate made = make_self_signed();
  context_pointer context = make_context();
  if (SSL_CTX_use_certificate(context.get(), made.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), made.key.get()) != 1) {
    fail(openssl_reason());
  }
  return std::unique_ptr<tls_context>{new tls_context{{}, std::move(context)}};
}

void tls_context::reload() {
  if (files_.certificate_chain.empty()) return;
  context_pointer fresh = load(files_);
  const std::lock_guard lock{mutex_};
  context_.swap(fresh);
}

std::string tls_context::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const context_pointer context = current();
  X509_digest(SSL_CTX_get0_certificate(context.get()), EVP_sha256(), digest.data(), &size);
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::string text;
  for (unsigned int index = 0; index < size; ++index) {
    if (index != 0) text += ':';
    text += hex[digest[index] >> 4];
    text += hex[digest[index] & 0x0F];
  }
  return text;
}

std::shared_ptr<ssl_ctx_st> tls_context::current() const {
  const std::lock_guard lock{mutex_};
  return context_;
}

}  // namespace sidewire::net
