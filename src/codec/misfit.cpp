#include "codec/misfit.hpp"

namespace sidewire::codec {

bool misfit::expected(std::string_view what) {
  problem_ = "expected ";
  problem_ += what;
  return false;
}

bool misfit::within(std::string_view name) {
  std::string step = "/";
  for (const char character : name) {
    if (character == '~') {
      step += "~0";
    } else if (character == '/') {
      step += "~1";
    } else {
      step += character;
    }
  }
  pointer_.insert(0, step);
  return false;
}

}  // namespace sidewire::codec
