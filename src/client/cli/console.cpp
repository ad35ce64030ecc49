#include "client/cli/console.hpp"

#include <ostream>
#include <string>

namespace sidewire::cli {

namespace {

/// Strings and bytes as they are, for other programs; nothing is added but after other values.
std::string raw_text(json_view value) {
  const node read = read_value(value);
  if (read.kind == node_kind::string || read.kind == node_kind::binary) return read.text;
  return compact_json(value) + '\n';
}

}  // namespace

console::console(std::ostream& out, std::ostream& err, output_style style, canvas shown_on,
                 palette message_colours)
    : out_{out}, err_{err}, style_{style}, canvas_{shown_on}, message_colours_{message_colours} {}

void console::show(json_view value) {
  switch (style_) {
    case output_style::readable:
    case output_style::automatic:
      return show_text(render_readable(read_value(value), canvas_));
    case output_style::pretty:
      return show_text(render_pretty(read_value(value), canvas_.colours) + '\n');
    case output_style::json:
      return show_text(compact_json(value) + '\n');
    case output_style::raw:
      return show_text(raw_text(value));
  }
}

void console::show_item(json_view item) {
  switch (style_) {
    case output_style::readable:
    case output_style::automatic:
      return show_text(render_item(read_value(item), canvas_.colours));
    case output_style::pretty:
      return show_text(render_line(read_value(item), canvas_.colours) + '\n');
    case output_style::json:
      return show_text(compact_json(item) + '\n');
    case output_style::raw: {
      const std::string text = raw_text(item);
      return show_text(text.ends_with('\n') ? text : text + '\n');
    }
  }
}

void console::show_event(json_view line, json_view published) {
  const bool tells_all = style_ == output_style::json || style_ == output_style::pretty;
  show_item(tells_all ? line : published);
}

void console::show_text(std::string_view text) {
  out_ << text << std::flush;
}

bool console::is_open() const {
  return out_.good();
}

void console::note(std::string_view text) {
  err_ << message_colours_.faint("sidewire-cli: " + visible(text)) << '\n' << std::flush;
}

void console::complain(std::string_view failure, std::string_view advice) {
  err_ << message_colours_.failure("sidewire-cli:") << ' ' << visible(failure, line_breaks::kept)
       << '\n';
  if (!advice.empty()) err_ << visible(advice, line_breaks::kept) << '\n';
  err_ << std::flush;
}

}  // namespace sidewire::cli
