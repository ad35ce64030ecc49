#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Which file may include which: the order of the layers and where a library may be seen. Works on
/// text alone, so that the rules themselves are tested.
namespace sidewire::architecture {

/// A file's includes are judged by its path from the top of the repository, "src/codec/json.cpp".
struct violation {
  std::string file;
  int line = 0;  ///< 0 when it is about the file as a whole
  std::string reason;

  friend bool operator==(const violation&, const violation&) = default;
};

std::vector<violation> check_file(std::string_view path, std::string_view content);

/// Checks every .hpp and .cpp below include/, src/ and transports/ of `root`.
struct tree_report {
  std::size_t file_count = 0;
  std::vector<violation> violations;
};
tree_report check_tree(const std::string& root);

}  // namespace sidewire::architecture
