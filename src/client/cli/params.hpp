#pragma once

#include <functional>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <vector>

namespace sidewire::cli {

/// Reads a file whole, or standard input for "-".
using file_reader = std::function<result<std::string>(const std::string& path)>;

/// A call's params as they stand on a command line, always JSON:
///
///     '{"a": 1}'  '[1, 2]'      JSON, an object or an array
///     @FILE  -                  the same from a file or from standard input
///     name=value …              an object of members; a value that is a JSON number, true, false,
///                               null, array, object or quoted string is that, any other is text
///     name==text …              text, whatever it looks like
///     name=@FILE …              a value's text or JSON from a file
///
/// Nothing where there are none. On failure: `invalid_params`, and what to do.
result<std::optional<json>> read_params(const std::vector<std::string>& arguments,
                                        const file_reader& read_file);

}  // namespace sidewire::cli
