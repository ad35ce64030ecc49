#pragma once

#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

namespace sidewire::bench {

/// The result of a run: one JSON object of numbers on one line.
class report {
 public:
  template <typename Number>
  requires std::integral<Number> || std::floating_point<Number> report& add(std::string_view name,
                                                                            Number value) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += name;
    text_ += "\":";
    if constexpr (std::integral<Number>) {
      text_ += std::to_string(value);
    } else {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.9g", value);
      text_ += digits;
    }
    return *this;
  }

  void print() const { std::printf("%s}\n", text_.c_str()); }

 private:
  std::string text_;
};

}  // namespace sidewire::bench
