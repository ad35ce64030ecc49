#pragma once

#include <string>
#include <string_view>

namespace sidewire::rpc::test {

/// A JSON text without white space and with its members in order, so that equal values have equal
/// texts. Numbers keep theirs.
std::string canonical(std::string_view text);

/// Whether an answer says what was expected: the same value, but that an object in a member `error`
/// may say more than the expected one, and the responses of a batch may come in any order.
bool answers(std::string_view expected, std::string_view actual);

}  // namespace sidewire::rpc::test
