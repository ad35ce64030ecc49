#pragma once

#include <cstdint>
#include <memory>
#include <sidewire/error.hpp>
#include <string_view>

#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// The exchange for a request of REST, by its plan. `to` and `where` outlive it.
std::unique_ptr<exchange> make_rest_exchange(responder& to, site& where, const decision& made);

/// Answers with problem details; `status` where it is another than the error's own.
void respond_problem(responder& to, const error& reason, unsigned status,
                     std::string_view allow = {});
void respond_problem(responder& to, const error& reason);

/// Whether an answer may be kept and asked for again.
enum class validation : std::uint8_t { none, by_etag };
/// Answers with JSON: 304 where it may be kept and the client has it.
void respond_result(responder& to, std::string_view body, validation kept);

}  // namespace sidewire::http
