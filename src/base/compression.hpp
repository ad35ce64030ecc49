#pragma once

#include <cstdint>

namespace sidewire::base {

/// Whether the server spends its time on fewer bytes. `automatic` compresses WebSocket messages
/// for peers on other machines alone, and HTTP bodies for whoever asks for it.
enum class compression : std::uint8_t { automatic, on, off };

}  // namespace sidewire::base
