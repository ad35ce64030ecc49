#include <array>
#include <cstddef>
#include <sidewire/client.hpp>
#include <utility>

#include "client/endpoint.hpp"
#include "client/engine.hpp"
#include "client/tls_verifier.hpp"
#include "codec/decode.hpp"

namespace sidewire {

std::string_view name_of(client_transport transport) noexcept {
  constexpr std::array<std::string_view, 6> names{"automatic", "websocket", "sse",
                                                  "poll",      "plain",     "post"};
  return names[static_cast<std::size_t>(transport)];
}

result<std::unique_ptr<rpc_client>> rpc_client::connect(client_options options) {
  const auto where = client::parse_endpoint(options.url);
  if (!where) return where.error();
  if (auto valid = client::tls_verifier::check(options.tls); !valid) return valid.error();
  if (options.token.find_first_of("\r\n") != std::string::npos) {
    return error{error_kind::invalid_params, "a token is one line"};
  }
  auto made = std::make_unique<client::engine>(std::move(options), *where);
  if (auto opened = made->open(); !opened) return opened.error();
  return std::unique_ptr<rpc_client>{std::move(made)};
}

result<void> rpc_client::decode(json_view from, const type_description& type, void* into) {
  const auto fits = codec::decode(from, type, into);
  if (fits) return {};
  error reason{error_kind::parse_error, "the result does not fit: " + fits.error().message()};
  if (fits.error().pointer()) reason.at(*fits.error().pointer());
  return reason;
}

}  // namespace sidewire
