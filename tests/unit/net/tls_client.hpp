#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net_support.hpp"

namespace sidewire::net::testing {

/// The other side of a TLS stream, over a raw socket. What it has to send is held back until
/// `flush`, so that a test decides how the bytes are cut.
class tls_client {
 public:
  explicit tls_client(unique_fd socket, int version = TLS1_3_VERSION)
      : socket_{std::move(socket)}, context_{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free} {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    ssl_.reset(SSL_new(context_.get()));
    incoming_ = BIO_new(BIO_s_mem());
    outgoing_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);
    SSL_set_connect_state(ssl_.get());
  }

  SSL* ssl() { return ssl_.get(); }
  int fd() const { return socket_.get(); }
  bool ready() { return SSL_is_init_finished(ssl_.get()) == 1; }
  std::size_t unsent_count() { return BIO_ctrl_pending(outgoing_); }
  std::size_t received_wire_bytes() const { return received_wire_bytes_; }

  /// Sends at most `max_bytes` of what is held back, in one call.
  void flush(std::size_t max_bytes = 1 << 20) {
    std::vector<char> bytes(std::min(max_bytes, unsent_count()));
    if (bytes.empty()) return;
    REQUIRE(BIO_read(outgoing_, bytes.data(), static_cast<int>(bytes.size())) ==
            static_cast<int>(bytes.size()));
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  /// Takes what has come, at most `max_bytes`. False once the server sent its FIN.
  bool receive(std::size_t max_bytes = 1 << 20) {
    std::vector<char> bytes(max_bytes);
    const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count > 0) {
      BIO_write(incoming_, bytes.data(), static_cast<int>(count));
      received_wire_bytes_ += static_cast<std::size_t>(count);
    }
    return count != 0;
  }

  void handshake() {
    ERR_clear_error();
    SSL_do_handshake(ssl_.get());
  }
  /// Encrypts; `flush` sends.
  void write(std::string_view text) {
    REQUIRE(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) ==
            static_cast<int>(text.size()));
  }
  /// What was decrypted of what has come, and in `error` why no more (SSL_get_error).
  std::string read() {
    std::string text;
    std::array<char, 20'000> piece{};
    for (;;) {
      ERR_clear_error();
      const int count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
      if (count <= 0) {
        error = SSL_get_error(ssl_.get(), count);
        return text;
      }
      text.append(piece.data(), static_cast<std::size_t>(count));
    }
  }
  void close_notify() { SSL_shutdown(ssl_.get()); }

  int error = SSL_ERROR_NONE;

 private:
  unique_fd socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  BIO* incoming_ = nullptr;  // both are the SSL's
  BIO* outgoing_ = nullptr;
  std::size_t received_wire_bytes_ = 0;
};

}  // namespace sidewire::net::testing
