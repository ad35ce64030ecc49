#pragma once

#include <sidewire/registry.hpp>
#include <span>
#include <string_view>

#include "rpc/json_schema.hpp"
#include "rpc/openrpc_writer.hpp"

/// What the documents made from a registry say of a method's params alike.
namespace sidewire::rpc {

/// The component that describes the member `_meta`, and its schema.
inline constexpr std::string_view meta_component = "call_meta";
std::string_view meta_schema() noexcept;

/// Whether the method takes params of any form.
bool takes_anything(const method& what) noexcept;
/// The members of its params; none where it takes anything.
std::span<const field_description> fields_of(const method& what) noexcept;
/// What the method notes of a param; empty where it says nothing.
std::string_view note_of(const method& what, std::string_view param) noexcept;

/// Throws std::invalid_argument where the method has no such param.
void check_param(const method& what, std::string_view name);
/// The same for each that it notes something of.
void check_notes(const method& what);

/// Writes the keywords of a schema of all its params by name, `_meta` included, into an open
/// object.
void write_params_schema(document_writer& out, schema_maker& schemas, const method& what);

}  // namespace sidewire::rpc
