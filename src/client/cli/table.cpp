#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "client/cli/render.hpp"

namespace sidewire::cli {

namespace {

constexpr std::size_t gap_columns = 2;
/// A column is not made narrower than this.
constexpr std::size_t min_column_width = 8;
/// Rows with more different members than this are no table.
constexpr std::size_t max_column_count = 64;

struct column {
  std::string name;
  std::size_t width = 0;
  bool has_numbers = false;
  bool has_others = false;

  bool is_numeric() const { return has_numbers && !has_others; }
};

std::string cell_text(const node* cell) {
  if (cell == nullptr) return {};
  if (cell->kind == node_kind::string) return visible(cell->text);
  return render_line(*cell, {});
}

std::vector<column> columns_of(const node& rows) {
  std::vector<column> columns;
  for (const auto& [index, row] : rows.members) {
    for (const auto& [name, cell] : row.members) {
      auto at = std::find_if(columns.begin(), columns.end(),
                             [&name = name](const column& one) { return one.name == name; });
      if (at == columns.end()) {
        if (columns.size() == max_column_count) return {};
        at = columns.insert(columns.end(), {.name = name, .width = display_width(visible(name))});
      }
      at->width = std::max(at->width, display_width(cell_text(&cell)));
      at->has_numbers |= cell.kind == node_kind::number;
      at->has_others |= cell.kind != node_kind::number && cell.kind != node_kind::null;
    }
  }
  return columns;
}

std::size_t width_of(const std::vector<column>& columns) {
  const std::size_t gaps = gap_columns * (columns.size() - 1);
  return std::accumulate(columns.begin(), columns.end(), gaps,
                         [](std::size_t sum, const column& one) { return sum + one.width; });
}

/// Narrows the widest column again and again. False where that is not enough.
bool fit(std::vector<column>& columns, std::size_t width) {
  while (width_of(columns) > width) {
    const auto by_width = [](const column& left, const column& right) {
      return left.width < right.width;
    };
    const auto widest = std::max_element(columns.begin(), columns.end(), by_width);
    if (widest->width <= min_column_width) return false;
    std::size_t next = min_column_width;
    for (const column& one : columns) {
      if (one.width < widest->width) next = std::max(next, one.width);
    }
    const std::size_t excess = width_of(columns) - width;
    widest->width -= std::min(excess, std::max<std::size_t>(widest->width - next, 1));
  }
  return true;
}

/// A cell filled up to its column's width and the gap behind it.
std::string padded(const std::string& text, const std::string& coloured, const column& in) {
  const std::size_t used = display_width(text);
  const std::string space(in.width > used ? in.width - used : 0, ' ');
  return (in.is_numeric() ? space + coloured : coloured + space).append(gap_columns, ' ');
}

void end_line(std::string& text) {
  while (text.ends_with(' ')) text.pop_back();
  text += '\n';
}

/// Rows that no width can hold, one below the other.
std::string render_blocks(const node& rows, const canvas& where) {
  std::string text;
  for (const auto& [index, row] : rows.members) {
    if (!text.empty()) text += '\n';
    text += render_readable(row, where);
  }
  return text;
}

std::string coloured_cell(const node* cell, const std::string& text, const palette& colours) {
  if (cell == nullptr) return text;
  switch (cell->kind) {
    case node_kind::null:
    case node_kind::binary:
      return colours.faint(text);
    case node_kind::boolean:
    case node_kind::number:
      return colours.number(text);
    default:
      return text;
  }
}

}  // namespace

std::string render_table(const node& rows, const canvas& where) {
  std::vector<column> columns = columns_of(rows);
  if (columns.empty() || !fit(columns, where.width)) return render_blocks(rows, where);

  std::string table;
  for (const column& one : columns) {
    const std::string title = truncated(visible(one.name), one.width);
    table += padded(title, where.colours.heading(title), one);
  }
  end_line(table);
  for (const auto& [index, row] : rows.members) {
    for (const column& one : columns) {
      const node* cell = row.find(one.name);
      const std::string text = truncated(cell_text(cell), one.width);
      table += padded(text, coloured_cell(cell, text, where.colours), one);
    }
    end_line(table);
  }
  return table;
}

}  // namespace sidewire::cli
