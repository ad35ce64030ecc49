#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// A directory for a test's files, gone with it.

namespace sidewire::services::logs {

class temporary_directory {
 public:
  temporary_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "sidewire-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~temporary_directory() { std::filesystem::remove_all(path_); }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  std::string path(std::string_view name = {}) const { return (path_ / name).string(); }

  /// Replaces the file's contents.
  std::string write(std::string_view name, std::string_view text) const {
    std::ofstream{path(name), std::ios::binary | std::ios::trunc} << text;
    return path(name);
  }
  void append(std::string_view name, std::string_view text) const {
    std::ofstream{path(name), std::ios::binary | std::ios::app} << text;
  }
  void rename(std::string_view from, std::string_view to) const {
    std::filesystem::rename(path(from), path(to));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace sidewire::services::logs
