#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sidewire::cli {

/// Columns of a terminal that valid UTF-8 text takes: 2 for East Asian wide characters and emoji,
/// 0 for marks that combine.
std::size_t display_width(std::string_view text);

/// At most `width` columns of the text; what was cut ends with "…".
std::string truncated(std::string_view text, std::size_t width);

enum class line_breaks { escaped, kept };

/// The text with every character that could drive a terminal (control characters, marks that turn
/// the direction of writing) as a visible escape, such as \n or \u001b. What a server sends must
/// not reach a terminal without this.
std::string visible(std::string_view text, line_breaks breaks = line_breaks::escaped);

/// Colours by ANSI sequences; without them where nothing shall be coloured.
struct palette {
  bool enabled = false;

  std::string heading(std::string_view text) const { return wrapped("1", text); }
  std::string name(std::string_view text) const { return wrapped("36", text); }
  std::string number(std::string_view text) const { return wrapped("33", text); }
  std::string faint(std::string_view text) const { return wrapped("2", text); }
  std::string failure(std::string_view text) const { return wrapped("1;31", text); }

 private:
  std::string wrapped(std::string_view code, std::string_view text) const;
};

}  // namespace sidewire::cli
