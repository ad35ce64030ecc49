#include "codec/json_scanner.hpp"

#include <array>
#include <cstring>

namespace sidewire::codec {

namespace {

enum class mark : char { other, string, open, close };

constexpr auto marks = [] {
  std::array<mark, 256> table{};
  table['"'] = mark::string;
  table['['] = table['{'] = mark::open;
  table[']'] = table['}'] = mark::close;
  return table;
}();

}  // namespace

void json_scanner::search_end_of_string() {
  for (++at_;;) {
    at_ = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    const char* escape = at_;
    while (escape[-1] == '\\') --escape;
    ++at_;
    // A quote behind an even number of backslashes ends the string; its opening quote ends the run.
    if ((at_ - 1 - escape) % 2 == 0) return;
  }
}

void json_scanner::skip_container() {
  for (std::size_t depth = 0;;) {
    switch (marks[static_cast<unsigned char>(*at_)]) {
      case mark::string:
        search_end_of_string();
        break;
      case mark::open:
        ++depth;
        ++at_;
        break;
      case mark::close:
        ++at_;
        if (--depth == 0) return;
        break;
      case mark::other:
        ++at_;
        break;
    }
  }
}

}  // namespace sidewire::codec
