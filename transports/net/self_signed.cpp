#include "transports/net/self_signed.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace sidewire::net {
namespace {

// A sidecar may run for long, and its key dies with it; some clients refuse over 398 days.
constexpr std::chrono::seconds validity = std::chrono::days{397};
// A client's clock may be behind.
constexpr std::chrono::seconds clock_skew = std::chrono::hours{1};

void require(bool done) {
  if (!done) throw std::runtime_error{"OpenSSL cannot make a self-signed certificate"};
}

/// 127 random bits: positive and never repeated (RFC 5280, 4.1.2.2).
void set_serial(X509& certificate) {
  std::array<unsigned char, 16> bytes{};
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  bytes[0] &= 0x7F;
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number{
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr), &BN_free};
  require(number != nullptr &&
          BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void set_name(X509& certificate) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("sidewire");
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1);
  require(X509_set_issuer_name(&certificate, name) == 1);
}

void add_extension(X509& certificate, int kind, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value), &X509_EXTENSION_free};
  require(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

}  // namespace

key_and_certificate make_self_signed() {
  key_and_certificate made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  require(made.key != nullptr && made.certificate != nullptr);
  X509& certificate = *made.certificate;
  require(X509_set_version(&certificate, X509_VERSION_3) == 1);
  set_serial(certificate);
  set_name(certificate);
  X509_gmtime_adj(X509_getm_notBefore(&certificate), -clock_skew.count());
  X509_gmtime_adj(X509_getm_notAfter(&certificate), validity.count());
  add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, NID_ext_key_usage, "serverAuth");
  require(X509_set_pubkey(&certificate, made.key.get()) == 1);
  require(X509_sign(&certificate, made.key.get(), EVP_sha256()) > 0);
  return made;
}

}  // namespace sidewire::net
