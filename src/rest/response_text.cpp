#include "rest/response_text.hpp"

#include <cassert>

namespace sidewire::rest {

namespace {

constexpr std::string_view before_result = R"({"jsonrpc":"2.0","id":null,"result":)";
constexpr std::string_view before_error = R"({"jsonrpc":"2.0","id":null,"error":)";

}  // namespace

response_text read_response(std::string_view response) noexcept {
  const bool is_error = response.starts_with(before_error);
  assert(is_error || response.starts_with(before_result));
  response.remove_prefix(is_error ? before_error.size() : before_result.size());
  response.remove_suffix(1);
  return {is_error, response};
}

bool may_be_named_params(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == text.npos || text[first] == '{';
}

}  // namespace sidewire::rest
