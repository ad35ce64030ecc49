#pragma once

#include <string_view>

/// The parts of a JSON-RPC response of the server's own, where it lies: what REST answers is its
/// result or error alone.
namespace sidewire::rest {

struct response_text {
  bool is_error = false;
  std::string_view value;  ///< JSON, a part of the response
};
/// `response`: in JSON with a null id, as `codec::write_result` and `codec::write_error` write it.
response_text read_response(std::string_view response) noexcept;

/// Whether a JSON text, if it is one, may be an object; nothing may too.
bool may_be_named_params(std::string_view text) noexcept;

}  // namespace sidewire::rest
