#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Names of topics and patterns over them. A name is a path of levels, `logs/vercel`; a level is
/// not empty and holds no `*` and no control characters. A pattern has `*` for any one level and,
/// as its last level, `**` for one level and more.
namespace sidewire::pubsub {

inline constexpr std::size_t max_topic_name_bytes = 256;

/// What is wrong with a name, for people; nothing where it is one.
std::optional<std::string> problem_of_topic_name(std::string_view text);
/// The same for a name or a pattern.
std::optional<std::string> problem_of_topic_pattern(std::string_view text);

/// A name or a pattern. A value.
class topic_pattern {
 public:
  /// `text` has no problem.
  explicit topic_pattern(std::string text);

  const std::string& text() const noexcept { return text_; }
  bool is_wildcard() const noexcept { return is_wildcard_; }
  /// Whether `topic`, a name, is one that it means.
  bool fits(std::string_view topic) const noexcept;

 private:
  std::string text_;
  bool is_wildcard_;
};

/// Whether `left` is the narrower of two that fit one topic: at the first level where they differ,
/// a name is narrower than `*`, and that than `**`.
bool is_narrower(const topic_pattern& left, const topic_pattern& right) noexcept;

}  // namespace sidewire::pubsub
