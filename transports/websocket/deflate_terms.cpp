#include "transports/websocket/deflate_terms.hpp"

#include <algorithm>
#include <charconv>

#include "transports/websocket/extensions.hpp"

namespace sidewire::websocket {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::string_view server_bits_name = "server_max_window_bits";
constexpr std::string_view client_bits_name = "client_max_window_bits";
constexpr std::string_view server_reset_name = "server_no_context_takeover";
constexpr std::string_view client_reset_name = "client_no_context_takeover";

/// 8 to 15, without leading zeros (RFC 7692, 7.1.2).
std::optional<std::uint8_t> parse_bits(std::string_view text) {
  std::uint8_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, bits);
  if (failed != std::errc{} || stop != end || text.starts_with('0')) return std::nullopt;
  if (bits < base::min_inflate_window_bits || bits > base::max_window_bits) return std::nullopt;
  return bits;
}

/// Lowers `bits` to what the value asks for; false where it asks for nothing possible.
bool lower(std::uint8_t& bits, std::string_view value) {
  const auto asked = parse_bits(value);
  if (asked) bits = std::min(bits, *asked);
  return asked.has_value();
}

bool apply(const extension_offer::parameter& asked, deflate_terms& terms) {
  if (asked.name == server_bits_name) {
    return asked.value && lower(terms.server_window_bits, *asked.value) &&
           terms.server_window_bits >= base::min_deflate_window_bits;
  }
  if (asked.name == client_bits_name) {
    terms.client_bits_offered = true;
    return !asked.value || lower(terms.client_window_bits, *asked.value);
  }
  if (asked.value) return false;
  if (asked.name == server_reset_name) terms.server_context = deflate_context::reset;
  if (asked.name == client_reset_name) terms.client_context = deflate_context::reset;
  return asked.name == server_reset_name || asked.name == client_reset_name;
}

bool has_twice(const extension_offer& offer, std::string_view name) {
  return std::ranges::count(offer.parameters, name, &extension_offer::parameter::name) > 1;
}

std::optional<deflate_terms> accept(const extension_offer& offer, deflate_policy policy) {
  deflate_terms terms{.server_window_bits = policy.max_server_window_bits,
                      .client_window_bits = policy.max_client_window_bits};
  for (const auto& parameter : offer.parameters) {
    if (has_twice(offer, parameter.name) || !apply(parameter, terms)) return std::nullopt;
  }
  if (!terms.client_bits_offered) terms.client_window_bits = base::max_window_bits;
  return terms;
}

}  // namespace

bool is_worth_compressing(base::compression when, const net::peer_address& peer) noexcept {
  return when == base::compression::on ||
         (when == base::compression::automatic && !net::is_loopback(peer));
}

std::optional<deflate_terms> agree_on_deflate(std::string_view extensions, deflate_policy policy) {
  const auto offers = parse_extensions(extensions);
  if (!offers) return std::nullopt;
  for (const extension_offer& offer : *offers) {
    if (offer.name != extension_name) continue;
    if (const auto terms = accept(offer, policy)) return terms;
  }
  return std::nullopt;
}

std::string deflate_answer(const deflate_terms& agreed) {
  std::string answer{extension_name};
  const auto add = [&](std::string_view name, std::string_view value) {
    answer.append("; ").append(name).append(value);
  };
  if (agreed.server_context == deflate_context::reset) add(server_reset_name, {});
  if (agreed.client_context == deflate_context::reset) add(client_reset_name, {});
  add(server_bits_name, "=" + std::to_string(agreed.server_window_bits));
  if (agreed.client_bits_offered) {
    add(client_bits_name, "=" + std::to_string(agreed.client_window_bits));
  }
  return answer;
}

}  // namespace sidewire::websocket
