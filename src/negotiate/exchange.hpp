#pragma once

#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "negotiate/negotiate.hpp"

/// What `POST /rpc/negotiate` reads and answers.
namespace sidewire::negotiate {

/// Reads an offer, an object whose members may all be absent; an empty text offers everything. What
/// it names and nobody knows is passed over. On failure: parse_error or invalid_params, with a
/// pointer.
result<offer> read_offer(std::string_view text);

/// The answer, as JSON.
std::string write_answer(const std::vector<choice>& ranked, std::string_view instance,
                         const base::limits& bounds);

}  // namespace sidewire::negotiate
