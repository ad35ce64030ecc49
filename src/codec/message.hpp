#pragma once

#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "protocol/id.hpp"

namespace sidewire::codec {

/// Messages to bytes, straight into the output buffer. A null type is the value null.

void write_result(base::buffer& out, format as, const protocol::id_view& id,
                  const type_description* type, const void* value);
void write_error(base::buffer& out, format as, const protocol::id_view& id, const error& reason);
/// The result `{"items": […], "result": …}` of a streaming call that is answered at once; `items`
/// are `count` encoded values, in JSON with commas between them.
void write_gathered_result(base::buffer& out, format as, const protocol::id_view& id,
                           std::string_view items, std::size_t count, const type_description* type,
                           const void* value);
/// `{"result": …}` and `{"error": …}`, as they stand in the result of `batch.execute`.
void write_outcome(base::buffer& out, format as, const type_description* type, const void* value);
void write_outcome(base::buffer& out, format as, const error& reason);
/// `$/progress {token, value}`; the token is the request's id.
void write_progress(base::buffer& out, format as, const protocol::id_view& token,
                    const type_description& type, const void* value);
/// A request or notification without a type has no params.
void write_notification(base::buffer& out, format as, std::string_view method,
                        const type_description* type, const void* params);
void write_request(base::buffer& out, format as, const protocol::id_view& id,
                   std::string_view method, const type_description* type, const void* params);
/// The same with params that are ready, and left out where they are null.
void write_request(base::buffer& out, format as, const protocol::id_view& id,
                   std::string_view method, json_view params);
void write_notification(base::buffer& out, format as, std::string_view method, json_view params);

/// The head of a batch of `count` messages; between two of them JSON needs `write_separator`.
void write_batch_begin(base::buffer& out, format as, std::size_t count);
void write_separator(base::buffer& out, format as);
void write_batch_end(base::buffer& out, format as);

}  // namespace sidewire::codec
