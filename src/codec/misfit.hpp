#pragma once

#include <cstddef>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>

namespace sidewire::codec {

/// Why a value does not fit its type, and where: gathered while decoding steps back out of what it
/// had stepped into. Its functions return false, what a decoding function returns then.
class misfit {
 public:
  bool expected(std::string_view what);
  /// Puts one step in front of the pointer (RFC 6901, 3).
  bool within(std::string_view name);
  bool within(std::size_t index) { return within(std::to_string(index)); }
  void forget() noexcept { *this = {}; }

  /// `invalid_params`, with what was expected and the pointer to it.
  error take() && {
    return error{error_kind::invalid_params, std::move(problem_)}.at(std::move(pointer_));
  }

 private:
  std::string problem_;
  std::string pointer_;
};

}  // namespace sidewire::codec
