#include "negotiate/negotiate.hpp"

#include <algorithm>

namespace sidewire::negotiate {

namespace {

/// Lower is better; equal ranks stay in the server's order.
unsigned rank_of(transport which, const offer& offered, const request_facts& facts) {
  if (offered.failed.contains(which)) return 2;
  const bool is_a_stream = which == transport::websocket || which == transport::sse;
  return facts.has_http_1_0_hop && is_a_stream ? 1 : 0;
}

bool takes_msgpack(const offer& offered) {
  return !offered.formats || std::ranges::find(*offered.formats, session::wire_format::msgpack) !=
                                 offered.formats->end();
}

std::string_view compression_of(transport which, const offer& offered, const request_facts& facts) {
  const auto if_taken = [&offered](std::string_view name) {
    const bool taken = !offered.compression ||
                       std::ranges::find(*offered.compression, name) != offered.compression->end();
    return taken ? name : std::string_view{};
  };
  // A compressed event stream would be held back until it fills a block.
  if (which == transport::sse) return {};
  if (which == transport::websocket) {
    return facts.compresses_messages ? if_taken("permessage-deflate") : std::string_view{};
  }
  return facts.compresses_bodies ? if_taken("gzip") : std::string_view{};
}

}  // namespace

std::vector<choice> negotiate(const offer& offered, const policy& allowed,
                              const request_facts& facts) {
  std::vector<choice> ranked;
  for (const transport which : allowed.order) {
    if (offered.transports && !offered.transports->contains(which)) continue;
    ranked.push_back({.name = which,
                      .has_msgpack = takes_msgpack(offered),
                      .compression = compression_of(which, offered, facts)});
  }
  std::ranges::stable_sort(ranked, {},
                           [&](const choice& one) { return rank_of(one.name, offered, facts); });
  return ranked;
}

bool names_http_1_0(std::string_view via) noexcept {
  while (!via.empty()) {
    const std::size_t comma = std::min(via.find(','), via.size());
    std::string_view hop = via.substr(0, comma);
    while (hop.starts_with(' ') || hop.starts_with('\t')) hop.remove_prefix(1);
    hop = hop.substr(0, hop.find_first_of(" \t"));
    if (hop == "1.0" || hop.ends_with("/1.0")) return true;
    via.remove_prefix(std::min(comma + 1, via.size()));
  }
  return false;
}

}  // namespace sidewire::negotiate
