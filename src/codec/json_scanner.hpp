#pragma once

#include <string_view>

namespace sidewire::codec {

/// Finds where values begin and end in a JSON text that was validated before; it checks nothing. It
/// walks beside the parser's tree, which does not keep places in the text.
class json_scanner {
 public:
  explicit json_scanner(std::string_view text) : at_{text.data()}, end_{at_ + text.size()} {}

  /// Steps into an array or object.
  void enter() {
    skip_space();
    ++at_;
  }
  /// Takes the value here, without the white space around it, and the comma behind it.
  std::string_view take_value();
  /// Takes the value here, which must be the last of the array or object whose whole text this is:
  /// it ends where that one does, so that nothing of it is walked through.
  std::string_view take_last();
  /// Steps over a member's name and its colon.
  void skip_name();

 private:
  static bool is_space(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
  }
  void skip_space() {
    while (at_ != end_ && is_space(*at_)) ++at_;
  }
  void skip_string();
  void skip_container();
  void skip_scalar();

  const char* at_;
  const char* end_;
};

}  // namespace sidewire::codec
