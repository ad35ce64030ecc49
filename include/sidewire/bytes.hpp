#pragma once

#include <string>

namespace sidewire {

/// Binary data: `bin` in MessagePack, a base64 string (RFC 4648, 4) in JSON.
struct bytes {
  std::string data;

  friend bool operator==(const bytes&, const bytes&) = default;
};

}  // namespace sidewire
