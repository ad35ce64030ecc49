#pragma once

#include <algorithm>
#include <array>
#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sidewire::negotiate {

/// How a client and the server may talk.
enum class transport : std::uint8_t {
  websocket,
  sse,   ///< events by Server-Sent Events, messages up by POST
  poll,  ///< events by long poll, messages up by POST
  post,  ///< one-shot, without a session
};
BOOST_DESCRIBE_ENUM(transport, websocket, sse, poll, post)

/// Their names on the wire, in the order in which they are best.
inline constexpr std::array<std::string_view, 4> transport_names{"websocket", "sse", "poll",
                                                                 "post"};

constexpr std::string_view name_of(transport which) noexcept {
  return transport_names[static_cast<std::size_t>(which)];
}

constexpr std::optional<transport> transport_named(std::string_view name) noexcept {
  const auto found = std::ranges::find(transport_names, name);
  if (found == transport_names.end()) return std::nullopt;
  return static_cast<transport>(found - transport_names.begin());
}

/// Some of the transports.
class transport_set {
 public:
  constexpr void insert(transport which) noexcept { has_[static_cast<std::size_t>(which)] = true; }
  constexpr bool contains(transport which) const noexcept {
    return has_[static_cast<std::size_t>(which)];
  }

 private:
  std::array<bool, transport_names.size()> has_{};
};

}  // namespace sidewire::negotiate
