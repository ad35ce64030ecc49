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
  /// Steps over a member's name and its colon.
  void skip_name();

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }
  void skip_string();
  void skip_container();
  void skip_scalar();

  const char* at_;
  const char* end_;
};

}  // namespace sidewire::codec
