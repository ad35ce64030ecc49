#include "client/cli/near_names.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace sidewire::cli {

namespace {

constexpr std::size_t max_suggestions = 3;

std::string lowercase(std::string_view text) {
  std::string made{text};
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return made;
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

/// Characters to insert, delete or replace (Levenshtein).
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> near_names(std::string_view wanted,
                                    const std::vector<std::string>& names) {
  const std::string target = lowercase(wanted);
  const std::size_t allowed = std::max<std::size_t>(2, target.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& name : names) {
    const std::string candidate = lowercase(name);
    const std::size_t changes = distance(target, candidate);
    if (changes <= allowed) {
      ranked.emplace_back(changes, name);
    } else if (last_part(candidate) == last_part(target)) {
      ranked.emplace_back(allowed + 1, name);
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> found;
  for (auto& [rank, name] : ranked) {
    const bool is_near = rank <= ranked.front().first + 1;
    if (is_near && found.size() < max_suggestions) found.push_back(std::move(name));
  }
  return found;
}

}  // namespace sidewire::cli
