#pragma once

#include <cstddef>
#include <string_view>

namespace sidewire::codec {

/// Finds where values begin and end in an array or object of a JSON text that was validated before;
/// it checks nothing. It walks beside the parser's tree, which does not keep places in the text but
/// says what stands there: of which kind a value is, and how many bytes a string has once its
/// escapes are resolved.
class json_scanner {
 public:
  explicit json_scanner(std::string_view text) : at_{text.data()}, end_{at_ + text.size()} {}

  /// Steps into the array or object that is the whole text.
  void enter() { ++at_; }
  /// Steps over a member's name and its colon.
  void skip_name(std::size_t resolved_bytes) {
    skip_space();
    skip_string(resolved_bytes);
    skip_space();
    ++at_;
  }
  /// Each takes the value here, without the white space around it, and the comma behind it.
  std::string_view take_string(std::size_t resolved_bytes) {
    return take([=, this] { skip_string(resolved_bytes); });
  }
  std::string_view take_container() {
    return take([this] { skip_container(); });
  }
  std::string_view take_scalar() {
    return take([this] { skip_scalar(); });
  }
  /// Takes the value here, which must be the last of the array or object: it ends where that one
  /// does, so that nothing of it is walked through.
  std::string_view take_last() {
    skip_space();
    const char* const begin = at_;
    at_ = end_ - 1;  // the bracket
    while (is_space(at_[-1])) --at_;
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

 private:
  /// Outside of strings, a valid text has no other characters up to the space.
  static bool is_space(char character) { return static_cast<unsigned char>(character) <= ' '; }
  /// Stops at the closing bracket at the latest.
  void skip_space() {
    while (is_space(*at_)) ++at_;
  }
  template <class Skip>
  std::string_view take(Skip skip) {
    skip_space();
    const char* const begin = at_;
    skip();
    const std::string_view value{begin, static_cast<std::size_t>(at_ - begin)};
    skip_space();
    if (*at_ == ',') ++at_;
    return value;
  }
  void skip_string(std::size_t resolved_bytes) {
    // A string is as long as what it says where it has no escapes, and longer where it has some: a
    // quote that is not escaped ends it in any case.
    const char* const end = at_ + 1 + resolved_bytes;
    if (*end == '"' && end[-1] != '\\') {
      at_ = end + 1;
    } else {
      search_end_of_string();
    }
  }
  void search_end_of_string();
  void skip_container();
  void skip_scalar() {
    while (*at_ != ',' && *at_ != ']' && *at_ != '}' && !is_space(*at_)) ++at_;
  }

  const char* at_;
  const char* end_;
};

}  // namespace sidewire::codec
