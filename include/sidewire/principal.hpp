#pragma once

#include <string>
#include <vector>

namespace sidewire {

/// Who a caller proved to be. A value; immutable once made.
struct principal {
  /// The name for logs and permissions; "local" for whoever holds the launch token.
  std::string name;
  /// What it may do; "admin" may do everything.
  std::vector<std::string> scopes;
};

}  // namespace sidewire
