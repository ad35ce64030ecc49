#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sidewire::client {

/// What a session travels on, the best first.
enum class session_transport : std::uint8_t { websocket, sse, poll };

inline constexpr std::array session_transports{session_transport::websocket, session_transport::sse,
                                               session_transport::poll};

constexpr std::size_t index_of(session_transport transport) {
  return static_cast<std::size_t>(transport);
}

constexpr std::string_view name_of(session_transport transport) {
  constexpr std::array<std::string_view, session_transports.size()> names{"websocket", "sse",
                                                                          "poll"};
  return names[index_of(transport)];
}

}  // namespace sidewire::client
