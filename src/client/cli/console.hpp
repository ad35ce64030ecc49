#pragma once

#include <iosfwd>
#include <sidewire/json.hpp>
#include <string_view>

#include "client/cli/arguments.hpp"
#include "client/cli/render.hpp"

namespace sidewire::cli {

/// Where results and messages go. Results may be shown from the client's thread while the main
/// thread waits for it, so nothing is locked.
class console {
 public:
  /// `style` is none of `automatic`. The streams outlive the console.
  console(std::ostream& out, std::ostream& err, output_style style, canvas shown_on,
          palette message_colours);

  /// For tables of the program's own making.
  bool is_readable() const noexcept { return style_ == output_style::readable; }
  const canvas& shown_on() const noexcept { return canvas_; }

  /// A result, in the chosen style.
  void show(json_view value);
  /// An item of a stream: a line, in the readable style a line for each of its elements.
  void show_item(json_view item);
  /// A publication: a line with all that is known of it, in the raw and readable styles what was
  /// published alone.
  void show_event(json_view line, json_view published);
  /// Text for people that is ready.
  void show_text(std::string_view text);
  /// False once the output takes nothing any more.
  bool is_open() const;

  /// On standard error: what happens meanwhile.
  void note(std::string_view text);
  /// On standard error: what failed, then what could be done about it, if anything.
  void complain(std::string_view failure, std::string_view advice = {});

 private:
  std::ostream& out_;
  std::ostream& err_;
  output_style style_;
  canvas canvas_;
  palette message_colours_;
};

}  // namespace sidewire::cli
