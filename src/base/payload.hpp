#pragma once

#include <memory>
#include <sidewire/json.hpp>
#include <string>

namespace sidewire::base {

/// One encoded message, without a transport's header, that many receivers share. Immutable, any
/// thread.
struct payload {
  format written_as = format::json;
  std::string bytes;
};

using shared_payload = std::shared_ptr<const payload>;

}  // namespace sidewire::base
