#include "include_rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace sidewire::architecture {
namespace {

/// A layer may include itself and those before it.
constexpr std::array<std::string_view, 17> layers{
    "base",
    "protocol",
    "codec",
    "rpc",
    "pubsub",
    "session",
    "security",
    "negotiate",
    "rest",
    "console",
    "transports/net",
    "transports/websocket",
    "transports/http",
    "server",
    "services",
    "client",
    "main.cpp",
};

using layer_index = std::size_t;

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// The layer of a path as it is written in an include: from src/, or "transports/…" from the root.
std::optional<layer_index> layer_of_include(std::string_view path) {
  const auto found =
      std::find_if(layers.begin(), layers.end(), [&](auto layer) { return is_below(path, layer); });
  if (found == layers.end()) return std::nullopt;
  return static_cast<layer_index>(found - layers.begin());
}

std::optional<layer_index> layer_of_file(std::string_view path) {
  if (path.starts_with("src/")) path.remove_prefix(4);
  return layer_of_include(path);
}

struct include_line {
  char open = '<';  // or '"'
  std::string_view path;
};

std::optional<include_line> parse_include(std::string_view line) {
  const auto skip_blanks = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line[0] != '<' && line[0] != '"')) return std::nullopt;
  const char open = line[0];
  line.remove_prefix(1);
  const auto end = line.find(open == '<' ? '>' : '"');
  if (end == std::string_view::npos) return std::nullopt;
  return include_line{open, line.substr(0, end)};
}

/// <vector>, but not <zlib.h> or <msgpack.hpp>.
bool is_standard(std::string_view path) {
  return path.find_first_of("./") == std::string_view::npos;
}

/// What a public header may show of a library: descriptions of structs (with the lists that they
/// are made of), and coroutines on the concrete executor.
bool is_public_library(std::string_view path) {
  constexpr std::array<std::string_view, 6> allowed{
      "boost/describe", "boost/describe.hpp",       "boost/mp11",
      "boost/mp11.hpp", "boost/asio/awaitable.hpp", "boost/asio/io_context.hpp"};
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](auto prefix) { return is_below(path, prefix); });
}

std::string judge_public(const include_line& include) {
  const bool allowed =
      include.open == '<' && (is_standard(include.path) || is_below(include.path, "sidewire") ||
                              is_public_library(include.path));
  return allowed ? std::string{}
                 : "a public header shows <" + std::string{include.path} +
                       ">: only the standard library, <sidewire/…>, Boost.Describe and Asio's "
                       "awaitable may be seen";
}

bool is_confined(std::string_view path) {
  return is_below(path, "boost/beast") || path == "boost/beast.hpp" || is_below(path, "openssl") ||
         is_below(path, "boost/asio/ssl") || path == "boost/asio/ssl.hpp";
}

bool may_see_confined(std::string_view file) {
  return is_below(file, "transports") || is_below(file, "src/security") ||
         is_below(file, "src/client");
}

std::string judge_internal(std::string_view file, layer_index layer, const include_line& include) {
  if (include.open == '<') {
    if (!is_confined(include.path) || may_see_confined(file)) return {};
    return "<" + std::string{include.path} +
           "> stays inside transports/, src/security/ and src/client/";
  }
  const auto included = layer_of_include(include.path);
  if (!included) return "\"" + std::string{include.path} + "\" names no layer";
  if (*included <= layer) return {};
  return std::string{layers[layer]} + " may not include " + std::string{layers[*included]} +
         ", which stands on it";
}

}  // namespace

std::vector<violation> check_file(std::string_view path, std::string_view content) {
  const bool is_public = is_below(path, "include");
  const auto layer = layer_of_file(path);
  if (!is_public && !layer) return {{std::string{path}, 0, "the file is in no layer"}};

  std::vector<violation> found;
  for (int number = 1; !content.empty(); ++number) {
    const auto end = content.find('\n');
    const auto include = parse_include(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (!include) continue;
    std::string reason =
        is_public ? judge_public(*include) : judge_internal(path, *layer, *include);
    if (!reason.empty()) found.push_back({std::string{path}, number, std::move(reason)});
  }
  return found;
}

tree_report check_tree(const std::string& root) {
  namespace fs = std::filesystem;
  tree_report report;
  for (const auto* folder : {"include", "src", "transports"}) {
    for (const auto& entry : fs::recursive_directory_iterator{fs::path{root} / folder}) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".hpp" && extension != ".cpp")) continue;
      std::ifstream file{entry.path(), std::ios::binary};
      if (!file) throw std::runtime_error{"cannot read " + entry.path().string()};
      const std::string content{std::istreambuf_iterator<char>{file}, {}};
      auto found = check_file(fs::relative(entry.path(), root).generic_string(), content);
      std::move(found.begin(), found.end(), std::back_inserter(report.violations));
      ++report.file_count;
    }
  }
  return report;
}

}  // namespace sidewire::architecture
