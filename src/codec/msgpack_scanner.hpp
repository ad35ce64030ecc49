#pragma once

#include <string_view>

namespace sidewire::codec {

/// Finds where values begin and end in a MessagePack text that was validated before; it checks
/// nothing. It walks beside the list of nodes, which does not keep places in the text.
class msgpack_scanner {
 public:
  explicit msgpack_scanner(std::string_view text) : at_{text.data()} {}

  /// Steps into an array or map.
  void enter();
  /// Takes the value here.
  std::string_view take_value();
  void skip_name() { take_value(); }

 private:
  const char* at_;
};

}  // namespace sidewire::codec
