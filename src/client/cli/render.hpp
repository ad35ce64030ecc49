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

/// An item of a stream, ending in a line break: a line for each element of an array, also of one
/// that is an object's only member; of an object its member `line` where it is a string, as in
/// entries of logs, else its names and values; a string's text.
std::string render_item(const node& item, const palette& colours);

/// Rows of cells under headings, columns aligned, fitted into the width by shortening the widest.
/// Numbers stand to the right.
std::string render_table(const node& rows, const canvas& where);

}  // namespace sidewire::cli
