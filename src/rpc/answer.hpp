#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>

#include "base/limits.hpp"
#include "protocol/id.hpp"
#include "rpc/call_counts.hpp"
#include "rpc/caller.hpp"
#include "rpc/gathering.hpp"

namespace sidewire::rpc {

enum class format_choice : std::uint8_t {
  by_result,  ///< MessagePack for bytes and large results, where the caller takes it
  fixed,      ///< the call asked for this one
  imposed,    ///< where the answer goes takes no other
};

/// Where the answer to one call goes, and how it is written: to its caller as a message of its own,
/// or into its slot of a gathering. A value; the caller outlives it or is set to null.
struct destination {
  caller* to = nullptr;
  format as = format::json;
  format_choice choice = format_choice::by_result;
  std::shared_ptr<gathering> group = {};
  std::size_t slot = 0;
  /// Among the calls of its method. The run of a key is not: those that wait for it are.
  bool is_counted = true;
};

/// Partial results that were gathered, encoded one after the other.
struct gathered_items {
  base::buffer encoded;
  std::size_t count = 0;
};

/// Writes a result; one that passes the bounds is answered `response_too_large`. `items`: null, or
/// what makes the result `{items, result}`. How the call has ended by that.
call_ending answer_result(const destination& where, const base::limits& bounds,
                          const protocol::id_view& id, const type_description* type,
                          const void* value, const gathered_items* items = nullptr);
void answer_error(const destination& where, const protocol::id_view& id, const error& reason);
/// Where there is nothing to answer: a notification has ended, a response was ignored.
void settle(const destination& where);

/// Calls `answer`, which answers the call at `where`, and `then` when that answer has been written:
/// now, or with the others of its group. Not at all where the caller ends before.
void answer_and_then(const destination& where, const std::function<void()>& answer,
                     std::function<void()> then);

/// In which format a result of this type begins to be written.
format format_for(const destination& where, const type_description* type) noexcept;

}  // namespace sidewire::rpc
