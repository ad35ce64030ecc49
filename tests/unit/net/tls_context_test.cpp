#include "transports/net/tls_context.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>

#include "tls_client.hpp"
#include "transports/net/make_stream.hpp"
#include "transports/net/self_signed.hpp"

namespace sidewire::net {
namespace {

using namespace testing;

void write_key(const key_and_certificate& made, const std::string& path,
               const EVP_CIPHER* cipher = nullptr) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file{BIO_new_file(path.c_str(), "w"), &BIO_free};
  std::array<unsigned char, 6> password{'s', 'e', 'c', 'r', 'e', 't'};
  const int size = cipher != nullptr ? static_cast<int>(password.size()) : 0;
  REQUIRE(PEM_write_bio_PrivateKey(file.get(), made.key.get(), cipher, password.data(), size,
                                   nullptr, nullptr) == 1);
}

void write_certificate(const key_and_certificate& made, const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file{BIO_new_file(path.c_str(), "w"), &BIO_free};
  REQUIRE(PEM_write_bio_X509(file.get(), made.certificate.get()) == 1);
}

struct handshake_fixture {
  scratch_directory directory;
  tls_files files{directory.file("server.pem"), directory.file("server.key")};
  key_and_certificate made = make_self_signed();

  handshake_fixture() {
    write_certificate(made, files.certificate_chain);
    write_key(made, files.private_key);
  }
  std::string refusal() {
    try {
      tls_context::from_files(files);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "accepted";
  }
};

/// Shakes hands with a server of `tls`; empty where that fails.
std::unique_ptr<tls_client> connect(const tls_context& tls, const std::string& protocols = "") {
  boost::asio::io_context context;
  socket_pair sockets = make_socket_pair();
  const auto stream = make_stream(context, std::move(sockets.ours), &tls);
  auto client = std::make_unique<tls_client>(std::move(sockets.peer));
  SSL_set_alpn_protos(client->ssl(), reinterpret_cast<const unsigned char*>(protocols.data()),
                      static_cast<unsigned int>(protocols.size()));
  std::array<char, 16> scratch{};
  for (int turn = 0; turn < 4; ++turn) {
    client->handshake();
    client->flush();
    stream->read_some(scratch);
    client->receive();
  }
  if (!client->ready()) client.reset();
  return client;
}

std::string protocol_of(tls_client& client) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(client.ssl(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

TEST_CASE("a self-signed certificate is for this machine's names and signed by itself") {
  const auto tls = tls_context::self_signed();
  const auto client = connect(*tls);
  REQUIRE(client != nullptr);
  X509* certificate = SSL_get0_peer_certificate(client->ssl());
  CHECK(X509_check_host(certificate, "localhost", 0, 0, nullptr) == 1);
  CHECK(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1);
  CHECK(X509_check_ip_asc(certificate, "::1", 0) == 1);
  CHECK(X509_check_host(certificate, "example.org", 0, 0, nullptr) == 0);
  CHECK(X509_verify(certificate, X509_get0_pubkey(certificate)) == 1);
  CHECK(X509_cmp_current_time(X509_get0_notBefore(certificate)) == -1);
  CHECK(X509_cmp_current_time(X509_get0_notAfter(certificate)) == 1);
}

TEST_CASE("a fingerprint is 32 bytes in hexadecimal, and another for each certificate") {
  const std::string first = tls_context::self_signed()->fingerprint();
  CHECK(first.size() == 32 * 3 - 1);
  CHECK(first.find_first_not_of("0123456789ABCDEF:") == std::string::npos);
  CHECK(first[2] == ':');
  CHECK(first != tls_context::self_signed()->fingerprint());
}

TEST_CASE("a client that speaks http/1.1 is told so, one that does not is refused") {
  using std::string_literals::operator""s;
  const auto tls = tls_context::self_signed();
  const auto either = connect(*tls, "\x02h2\x08http/1.1"s);
  REQUIRE(either != nullptr);
  CHECK(protocol_of(*either) == "http/1.1");
  const auto silent = connect(*tls);
  REQUIRE(silent != nullptr);
  CHECK(protocol_of(*silent).empty());
  CHECK(connect(*tls, "\x02h2"s) == nullptr);
}

TEST_CASE_FIXTURE(handshake_fixture, "files serve, and a reload takes what they hold now") {
  const auto tls = tls_context::from_files(files);
  const std::string before = tls->fingerprint();
  tls->reload();
  CHECK(tls->fingerprint() == before);
  const auto earlier = connect(*tls);
  const key_and_certificate renewed = make_self_signed();
  write_certificate(renewed, files.certificate_chain);
  write_key(renewed, files.private_key);
  tls->reload();
  CHECK(tls->fingerprint() != before);
  const auto later = connect(*tls);
  REQUIRE(later != nullptr);
  CHECK(X509_cmp(SSL_get0_peer_certificate(later->ssl()), renewed.certificate.get()) == 0);
  CHECK(X509_cmp(SSL_get0_peer_certificate(earlier->ssl()), made.certificate.get()) == 0);
}

TEST_CASE_FIXTURE(handshake_fixture, "a reload of bad files says why and keeps what served") {
  const auto tls = tls_context::from_files(files);
  const std::string before = tls->fingerprint();
  std::ofstream{files.certificate_chain} << "not a certificate";
  CHECK_THROWS_WITH_AS(tls->reload(), doctest::Contains("no usable certificate in"),
                       std::runtime_error);
  CHECK(tls->fingerprint() == before);
  CHECK(connect(*tls) != nullptr);
}

TEST_CASE("a reload leaves a self-signed certificate as it is") {
  const auto tls = tls_context::self_signed();
  const std::string before = tls->fingerprint();
  tls->reload();
  CHECK(tls->fingerprint() == before);
}

TEST_CASE_FIXTURE(handshake_fixture, "a refusal names the file and what is wrong with it") {
  SUBCASE("a missing certificate") {
    std::filesystem::remove(files.certificate_chain);
    CHECK(refusal() == "TLS: cannot read the certificate " + files.certificate_chain +
                           ": No such file or directory");
  }
  SUBCASE("a missing key") {
    std::filesystem::remove(files.private_key);
    CHECK(refusal() ==
          "TLS: cannot read the private key " + files.private_key + ": No such file or directory");
  }
  SUBCASE("another certificate's key") {
    write_key(make_self_signed(), files.private_key);
    CHECK(refusal() == "TLS: the private key " + files.private_key +
                           " does not belong to the certificate " + files.certificate_chain);
  }
  SUBCASE("no key in the file") {
    write_certificate(made, files.private_key);
    CHECK(refusal().starts_with("TLS: no usable private key in " + files.private_key + ": "));
  }
  SUBCASE("an encrypted key, without asking on the terminal") {
    write_key(made, files.private_key, EVP_aes_128_cbc());
    CHECK(refusal().starts_with("TLS: no usable private key in " + files.private_key + ": "));
  }
}

}  // namespace
}  // namespace sidewire::net
