#pragma once

#include <cstddef>
#include <string>

#include "client/cli/display.hpp"
#include "client/cli/node.hpp"

namespace sidewire::cli {

/// Where something is shown.
struct canvas {
  std::size_t width = 80;  ///< columns; tables are fitted into it
  palette colours = {};
};

/// The value on one line, as JSON with bytes as "<3 bytes: 01 02 03>".
std::string render_line(const node& value, const palette& colours);

/// The value as JSON over several lines, nothing left out but the middle of long bytes.
std::string render_pretty(const node& value, const palette& colours);

/// The value as people read it, ending in a line break: arrays of objects as tables, objects as
/// lists of names and values with tables below, strings as their text, anything else pretty.
std::string render_readable(const node& value, const canvas& where);

/// Rows of cells under headings, columns aligned, fitted into the width by shortening the widest.
/// Numbers stand to the right.
std::string render_table(const node& rows, const canvas& where);

}  // namespace sidewire::cli
