#include "rest/route.hpp"

#include <algorithm>
#include <vector>

#include "rest/query.hpp"

namespace sidewire::rest {

namespace {

constexpr std::string_view several_services = "multi";
constexpr std::string_view topic_streams = "stream";
constexpr std::string_view dashboard_level = "dashboard";
constexpr std::string_view action_level = "action";

bool is_reserved(std::string_view service) {
  return service == several_services || service == topic_streams;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  const std::size_t count = static_cast<std::size_t>(std::ranges::count(text, separator)) + 1;
  while (parts.size() != count) parts.push_back(take_front(text, separator));
  return parts;
}

/// Decoded levels of a path; empty where one is empty or badly encoded.
std::vector<std::string> levels_of(std::string_view path) {
  std::vector<std::string> levels;
  for (const std::string_view part : split(path, '/')) {
    auto level = percent_decoded(part, plus_sign::plus);
    if (!level || level->empty()) return {};
    levels.push_back(*std::move(level));
  }
  return levels;
}

template <class Levels>
std::string joined(const Levels& levels, char separator) {
  std::string text;
  for (const auto& level : levels) {
    if (!text.empty()) text += separator;
    text += level;
  }
  return text;
}

route find_reserved(std::vector<std::string> levels) {
  if (levels.front() == several_services) {
    const bool is_known = levels.size() == 2 && levels.back() == dashboard_level;
    return {.what = is_known ? target::dashboards : target::nothing};
  }
  levels.erase(levels.begin());
  if (levels.empty()) return {};
  return {.what = target::stream, .name = joined(levels, '/')};
}

}  // namespace

route find_route(const registry& methods, std::string_view path) {
  std::vector<std::string> levels = levels_of(path);
  if (levels.empty()) return {};
  if (is_reserved(levels.front())) return find_reserved(std::move(levels));
  // A method has one path: a dot within a level would be a second one.
  const bool has_dots = std::ranges::any_of(
      levels, [](const std::string& level) { return level.find('.') != level.npos; });
  if (has_dots) return {};
  if (const method* const called = methods.find(joined(levels, '.'))) {
    return {.what = target::method, .called = called};
  }
  if (levels.size() < 2 || levels.back() != action_level) return {};
  levels.pop_back();
  return {.what = target::action, .name = joined(levels, '.')};
}

std::optional<std::string> path_of(const method& called) {
  const auto levels = split(called.name, '.');
  if (is_reserved(levels.front())) return std::nullopt;
  if (std::ranges::any_of(levels, &std::string_view::empty)) return std::nullopt;
  std::vector<std::string> encoded;
  for (const std::string_view level : levels) encoded.push_back(percent_encoded(level));
  return std::string{path_prefix} + joined(encoded, '/');
}

std::string_view dashboard_service(const method& called) noexcept {
  const std::string_view name = called.name;
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || name.substr(dot + 1) != dashboard_level || !called.info.safe) return {};
  return name.substr(0, dot);
}

std::string_view allowed_methods(const route& found) noexcept {
  switch (found.what) {
    case target::nothing:
      break;
    case target::method:
      return found.called->info.safe ? "GET, HEAD, OPTIONS, POST" : "OPTIONS, POST";
    case target::action:
      return "OPTIONS, POST";
    case target::dashboards:
      return "GET, HEAD, OPTIONS";
    case target::stream:
      return "GET, OPTIONS";
  }
  return {};
}

}  // namespace sidewire::rest
