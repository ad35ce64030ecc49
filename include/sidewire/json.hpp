#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sidewire {

/// How a message is written. A value keeps the format that it came in.
enum class format : std::uint8_t { json, msgpack };

/// Any valid JSON value, seen where it lies: its bytes exactly as they came, tagged with their
/// format. As a handler's parameter it refers to the received message, so only plain functions may
/// take one, and it is valid until they return.
class json_view {
 public:
  constexpr json_view() = default;
  /// `text` must be one valid value of `written_as`, without white space around it.
  constexpr json_view(std::string_view text, format written_as)
      : text_{text}, format_{written_as} {}

  constexpr std::string_view text() const noexcept { return text_; }
  constexpr format written_as() const noexcept { return format_; }

 private:
  std::string_view text_ = "null";
  format format_ = format::json;
};

/// Any valid JSON value, kept exactly: its bytes as they came, and transcoded only where an answer
/// needs the other format.
class json {
 public:
  json() = default;
  /// `text` must be one valid value of `written_as`.
  explicit json(std::string text, format written_as = format::json)
      : text_{std::move(text)}, format_{written_as} {}
  explicit json(json_view view) : text_{view.text()}, format_{view.written_as()} {}

  const std::string& text() const noexcept { return text_; }
  format written_as() const noexcept { return format_; }
  operator json_view() const noexcept { return {text_, format_}; }

  friend bool operator==(const json&, const json&) = default;

 private:
  std::string text_ = "null";
  format format_ = format::json;
};

}  // namespace sidewire
