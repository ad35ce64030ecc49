#pragma once

#include <sidewire/json.hpp>
#include <sidewire/registry.hpp>
#include <string>

namespace sidewire::rpc {

/// What the document says of the server as a whole.
struct openrpc_info {
  std::string title;
  std::string version;           ///< of the program that serves the methods
  std::string description = {};  ///< Markdown, before what holds for every method
  std::string license = {};      ///< an SPDX name; empty: none is told
};

/// The OpenRPC 1.3 document of all methods, which `rpc.discover` and `/openrpc.json` answer. The
/// same methods give the same bytes. Beyond the specification each method has
///
///     x-safe, x-blocking    as registered
///     x-scope               what its caller needs, where it needs anything
///     x-paramsSchema        all of `params` by name as one schema, `_meta` included
///     x-progress            the schema of what it streams by `$/progress`, where it does
///
/// Throws std::invalid_argument where a method notes a param or gives an example that it does not
/// have.
json openrpc_document(const registry& methods, const openrpc_info& info);

}  // namespace sidewire::rpc
