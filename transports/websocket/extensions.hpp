#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidewire::websocket {

/// One element of `Sec-WebSocket-Extensions` (RFC 6455, 9.1). A value.
struct extension_offer {
  struct parameter {
    std::string name;
    std::optional<std::string> value;  ///< without its quotes; nothing where it has none
  };

  std::string name;
  std::vector<parameter> parameters;
};

/// What a client offers, what it likes best first; nothing where the header is malformed, with
/// which no handshake may be completed.
std::optional<std::vector<extension_offer>> parse_extensions(std::string_view header);

}  // namespace sidewire::websocket
