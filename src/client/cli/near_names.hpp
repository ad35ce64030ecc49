#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sidewire::cli {

/// Those of `names` that `wanted` may have been meant to be, the likeliest first: a few changed
/// characters, another case, or the same word in another service. At most three, none much worse
/// than the best.
std::vector<std::string> near_names(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace sidewire::cli
