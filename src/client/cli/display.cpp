#include "client/cli/display.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sidewire::cli {

namespace {

struct range {
  std::uint32_t first, last;
};

/// Unicode's combining marks, joiners and variation selectors: the blocks that occur in names and
/// log lines.
constexpr std::array zero_width{
    range{0x0300, 0x036F}, range{0x0483, 0x0489}, range{0x0591, 0x05BD},  range{0x0610, 0x061A},
    range{0x064B, 0x065F}, range{0x0E31, 0x0E31}, range{0x0E34, 0x0E3A},  range{0x0E47, 0x0E4E},
    range{0x1AB0, 0x1AFF}, range{0x1DC0, 0x1DFF}, range{0x200B, 0x200D},  range{0x20D0, 0x20FF},
    range{0xFE00, 0xFE0F}, range{0xFE20, 0xFE2F}, range{0xE0100, 0xE01EF}};

/// UAX #11, wide and full-width, and emoji that are shown as pictures.
constexpr std::array double_width{
    range{0x1100, 0x115F},   range{0x231A, 0x231B},   range{0x23E9, 0x23EC},
    range{0x2614, 0x2615},   range{0x26A1, 0x26A1},   range{0x2705, 0x2705},
    range{0x274C, 0x274C},   range{0x2E80, 0x303E},   range{0x3041, 0x33FF},
    range{0x3400, 0x4DBF},   range{0x4E00, 0x9FFF},   range{0xA000, 0xA4CF},
    range{0xAC00, 0xD7A3},   range{0xF900, 0xFAFF},   range{0xFE30, 0xFE4F},
    range{0xFF00, 0xFF60},   range{0xFFE0, 0xFFE6},   range{0x1F300, 0x1F64F},
    range{0x1F680, 0x1F6FF}, range{0x1F900, 0x1F9FF}, range{0x1FA70, 0x1FAFF},
    range{0x20000, 0x3FFFD}};

/// Marks that make a terminal show text in another order than it has (Unicode TR 36, 2.3).
constexpr std::array turning{range{0x061C, 0x061C}, range{0x200E, 0x200F}, range{0x2028, 0x202E},
                             range{0x2066, 0x2069}};

template <std::size_t Count>
bool is_in(const std::array<range, Count>& ranges, std::uint32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [character](const range& one) {
    return character >= one.first && character <= one.last;
  });
}

struct character {
  std::uint32_t code = 0;
  std::string_view text;
};

/// Takes the first character off valid UTF-8.
character take(std::string_view& rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  character taken{first, rest.substr(0, size)};
  if (size > 1) taken.code = first & (0x7FU >> size);
  for (const char c : taken.text.substr(1)) {
    taken.code = taken.code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  }
  rest.remove_prefix(taken.text.size());
  return taken;
}

std::size_t width_of(std::uint32_t character) {
  if (character < 0x300) return 1;
  if (is_in(zero_width, character)) return 0;
  return is_in(double_width, character) ? 2 : 1;
}

bool drives_terminal(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || is_in(turning, code);
}

std::string escape(std::uint32_t code) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  std::string made = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    made += digits[code >> static_cast<unsigned>(shift) & 15U];
  }
  return made;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(take(text).code);
  return width;
}

std::string truncated(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  std::string made;
  std::size_t used = 1;  // the ellipsis
  while (!text.empty()) {
    const character next = take(text);
    used += width_of(next.code);
    if (used > width) break;
    made += next.text;
  }
  return width == 0 ? std::string{} : made + "…";
}

std::string visible(std::string_view text, line_breaks breaks) {
  std::string made;
  while (!text.empty()) {
    const character next = take(text);
    const bool kept =
        !drives_terminal(next.code) || (breaks == line_breaks::kept && next.code == '\n');
    made += kept ? std::string{next.text} : escape(next.code);
  }
  return made;
}

std::string palette::wrapped(std::string_view code, std::string_view text) const {
  if (!enabled) return std::string{text};
  return std::string{"\x1b["}.append(code).append("m").append(text).append("\x1b[0m");
}

}  // namespace sidewire::cli
