#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A second reading of a stream of HTTP/1.1 requests (RFC 9112), written apart from the server's:
/// plain, slow, and giving up at whatever could be understood in two ways.
namespace sidewire::fuzz {

struct reference_request {
  std::string method = {};
  std::string target = {};
  std::string body = {};
  bool complete = false;

  friend bool operator==(const reference_request&, const reference_request&) = default;
};

class reference_reader {
 public:
  explicit reference_reader(std::string_view stream) : rest_{stream} {}

  /// All requests up to the first that is ambiguous, which is left out, or incomplete, which is
  /// given as far as its head is.
  std::vector<reference_request> read_all() {
    std::vector<reference_request> all;
    do {
      reference_request next;
      if (!read_head(next)) break;
      next.complete = read_body(next.body);
      all.push_back(std::move(next));
    } while (all.back().complete);
    return all;
  }

 private:
  static bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             others.find(c) != std::string_view::npos;
    });
  }
  static std::string lower(std::string_view text) {
    std::string made{text};
    for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return made;
  }
  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }

  /// A line without its CRLF; false where it has no end, or holds half of one.
  bool take_line(std::string_view& line) {
    const std::size_t end = rest_.find("\r\n");
    if (end == std::string_view::npos) return false;
    line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    return line.find_first_of("\r\n") == std::string_view::npos;
  }

  bool read_head(reference_request& into) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of("\r\n"), rest_.size()));
    std::string_view line;
    if (!take_line(line)) return false;
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || line.find(' ', first + 1) != last) return false;
    into.method = line.substr(0, first);
    into.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    const bool is_1_1 = version == "HTTP/1.1";
    if (!is_token(into.method) || into.target.empty() || (!is_1_1 && version != "HTTP/1.0")) {
      return false;
    }
    lengths_.clear();
    codings_.clear();
    if (!read_fields()) return false;
    if (codings_.empty()) return lengths_.size() <= 1;
    return is_1_1 && lengths_.empty() && codings_.size() == 1 && codings_[0] == "chunked";
  }

  bool read_fields() {
    for (std::string_view line; take_line(line);) {
      if (line.empty()) return true;
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
      const std::string name = lower(line.substr(0, colon));
      const std::string_view value = trimmed(line.substr(colon + 1));
      if (name == "content-length") lengths_.emplace_back(value);
      if (name == "transfer-encoding") codings_.push_back(lower(value));
    }
    return false;
  }

  bool read_body(std::string& body) {
    if (!codings_.empty()) return read_chunks(body);
    if (lengths_.empty()) return true;
    std::size_t size = 0;
    return read_number(lengths_[0], "0123456789", size) && take_bytes(size, body);
  }

  bool read_chunks(std::string& body) {
    for (std::string_view line; take_line(line);) {
      const std::string digits = lower(trimmed(line.substr(0, line.find(';'))));
      std::size_t size = 0;
      if (!read_number(digits, "0123456789abcdef", size)) return false;
      if (size == 0) return read_fields();
      std::string_view end;
      if (!take_bytes(size, body) || !take_line(end) || !end.empty()) return false;
    }
    return false;
  }

  bool take_bytes(std::size_t size, std::string& into) {
    if (rest_.size() < size) return false;
    into += rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  static bool read_number(std::string_view text, std::string_view digits, std::size_t& number) {
    constexpr std::size_t bound = std::size_t{1} << 56;
    for (const char c : text) {
      const std::size_t digit = digits.find(c);
      if (digit == std::string_view::npos || number > bound) return false;
      number = number * digits.size() + digit;
    }
    return !text.empty();
  }

  std::string_view rest_;
  std::vector<std::string> lengths_;
  std::vector<std::string> codings_;
};

}  // namespace sidewire::fuzz
