#include "server/spelling.hpp"

#include <algorithm>
#include <vector>

namespace sidewire::server {
namespace {

// A longer name is nobody's slip of the finger.
constexpr std::size_t max_suggested_bytes = 64;

/// How many single changes (insert, remove, replace, swap neighbours) lead from one text to the
/// other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> cost(from.size() + 1,
                                             std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t replaced = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[from.size()][to.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view text, std::span<const std::string> known) {
  if (text.empty() || text.size() > max_suggested_bytes || known.empty()) return std::nullopt;
  const auto distance = [&](const std::string& name) { return edit_distance(text, name); };
  const auto& name = *std::ranges::min_element(known, {}, distance);
  if (name == text || distance(name) > 1 + text.size() / 4) return std::nullopt;
  return name;
}

std::string suggestion(std::string_view text, std::span<const std::string> known) {
  const auto name = nearest(text, known);
  return name ? " (did you mean '" + *name + "'?)" : std::string{};
}

}  // namespace sidewire::server
