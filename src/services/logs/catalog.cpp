#include "services/logs/catalog.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace sidewire::services::logs {
namespace {

void add_files(std::vector<log_source>& sources, const std::string& pattern,
               const std::string& prefix) {
  for (const found_file& file : find_files(pattern)) {
    sources.push_back(
        {.name = prefix + std::filesystem::path{file.path}.stem().string(), .path = file.path});
  }
}

/// "dpkg, syslog and 12 more"
std::string names_of(const std::vector<log_source>& sources) {
  constexpr std::size_t max_names = 20;
  if (sources.empty()) return "none";
  std::string names;
  for (std::size_t index = 0; index < sources.size(); ++index) {
    if (index == max_names) {
      return names + " and " + std::to_string(sources.size() - max_names) + " more";
    }
    if (index != 0) names += ", ";
    names += sources[index].name;
  }
  return names;
}

}  // namespace

std::vector<log_source> catalog::all() const {
  return configured_.empty() ? debian_sources() : configured_;
}

result<log_source> catalog::find(std::string_view name) const {
  std::vector<log_source> sources = all();
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [&](const log_source& source) { return source.name == name; });
  if (found != sources.end()) return std::move(*found);
  error reason{error_kind::not_found,
               "there is no log service of this name; there are: " + names_of(sources)};
  return reason.at("/service");
}

std::vector<log_source> debian_sources(const std::string& directory) {
  std::vector<log_source> sources;
  add_files(sources, directory + "/*.log", "");
  add_files(sources, directory + "/apt/*.log", "apt-");
  add_files(sources, directory + "/syslog", "");
  std::stable_sort(
      sources.begin(), sources.end(),
      [](const log_source& left, const log_source& right) { return left.name < right.name; });
  const auto same_name = [](const log_source& left, const log_source& right) {
    return left.name == right.name;
  };
  sources.erase(std::unique(sources.begin(), sources.end(), same_name), sources.end());
  return sources;
}

result<std::vector<file_part>> open_files(const log_source& source) {
  std::vector<file_part> files;
  std::optional<error> problem;
  const auto open = [&](const std::string& path) {
    auto file = log_file::open(path);
    if (file) {
      const std::uint64_t size_bytes = file->facts().size_bytes;
      files.push_back({*std::move(file), size_bytes});
    } else {
      problem = file.error();
    }
  };
  if (is_glob(source.path)) {
    for (const found_file& match : find_files(source.path)) open(match.path);
  } else {
    open(source.path);
  }
  if (!files.empty()) return files;
  if (problem) return *problem;
  return error{error_kind::unavailable, "no file matches " + source.path + " now"};
}

}  // namespace sidewire::services::logs
