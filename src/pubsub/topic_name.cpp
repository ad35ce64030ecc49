#include "pubsub/topic_name.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace sidewire::pubsub {

namespace {

constexpr std::string_view one_level = "*";
constexpr std::string_view the_rest = "**";

/// Takes the first level off a path.
std::string_view take_level(std::string_view& path) noexcept {
  const std::size_t end = path.find('/');
  const std::string_view level = path.substr(0, end);
  path.remove_prefix(end == path.npos ? path.size() : end + 1);
  return level;
}

int width_of(std::string_view level) noexcept {
  return level == the_rest ? 2 : level == one_level ? 1 : 0;
}

enum class wildcards { refused, allowed };

std::optional<std::string> problem_of(std::string_view text, wildcards stars) {
  if (text.empty()) return "a topic needs a name";
  if (text.size() > max_topic_name_bytes) {
    return "a topic's name has at most " + std::to_string(max_topic_name_bytes) + " bytes";
  }
  const bool is_printable = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!is_printable || !base::is_valid_utf8(text)) return "a topic's name is printable text";
  if (text.back() == '/') return "a topic's name has no empty level";
  while (!text.empty()) {
    const std::string_view level = take_level(text);
    if (level.empty()) return "a topic's name has no empty level";
    if (level.find('*') == level.npos) continue;
    if (stars == wildcards::refused) return "a topic's name has no *";
    if (level == the_rest ? !text.empty() : level != one_level) {
      return "a pattern has * as a whole level, or ** as the last one";
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> problem_of_topic_name(std::string_view text) {
  return problem_of(text, wildcards::refused);
}
std::optional<std::string> problem_of_topic_pattern(std::string_view text) {
  return problem_of(text, wildcards::allowed);
}

topic_pattern::topic_pattern(std::string text)
    : text_{std::move(text)}, is_wildcard_{text_.find('*') != text_.npos} {}

bool topic_pattern::fits(std::string_view topic) const noexcept {
  if (!is_wildcard_) return text_ == topic;
  std::string_view pattern = text_;
  while (!pattern.empty() && !topic.empty()) {
    const std::string_view wanted = take_level(pattern);
    if (wanted == the_rest) return true;
    const std::string_view level = take_level(topic);
    if (wanted != one_level && wanted != level) return false;
  }
  return pattern.empty() && topic.empty();
}

bool is_narrower(const topic_pattern& left, const topic_pattern& right) noexcept {
  std::string_view left_rest = left.text();
  std::string_view right_rest = right.text();
  while (!left_rest.empty() && !right_rest.empty()) {
    const int left_width = width_of(take_level(left_rest));
    const int right_width = width_of(take_level(right_rest));
    if (left_width != right_width) return left_width < right_width;
  }
  return false;
}

}  // namespace sidewire::pubsub
