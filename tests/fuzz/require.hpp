#pragma once

#include <cstdio>
#include <cstdlib>

namespace sidewire::fuzz {

/// Ends the process where a fuzz target's expectation does not hold, which the fuzzer keeps the
/// input of.
inline void require(bool holds, const char* expectation) {
  if (holds) return;
  std::fprintf(stderr, "not as expected: %s\n", expectation);
  std::abort();
}

}  // namespace sidewire::fuzz
