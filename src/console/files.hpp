#pragma once

#include <span>
#include <string_view>

/// The console: a page that shows what the server does, built from `console/` and kept in the
/// program. It holds no secret, and gets what it shows by calls, with a token.
namespace sidewire::console {

/// A file of the page. All are static.
struct file {
  std::string_view path;  ///< `/`, `/assets/index-1f0c.js`
  std::string_view type;  ///< media type
  std::string_view etag;  ///< strong, in its quotes
  std::string_view bytes;
};

/// None where the program was built without the console.
std::span<const file> files() noexcept;

/// Null where there is none at the path.
const file* find_file(std::string_view path) noexcept;

}  // namespace sidewire::console
