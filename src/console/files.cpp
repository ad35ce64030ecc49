#include "console/files.hpp"

#include <algorithm>

namespace sidewire::console {

const file* find_file(std::string_view path) noexcept {
  const auto found = std::ranges::find(files(), path, &file::path);
  return found == files().end() ? nullptr : &*found;
}

}  // namespace sidewire::console
