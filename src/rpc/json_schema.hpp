#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <sidewire/description.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/openrpc_writer.hpp"

namespace sidewire::rpc {

/// Interprets descriptions as JSON Schemas (2020-12). Described structs and enumerations are named
/// components, written once, that everything else refers to; so a type may contain itself. Two
/// types of one name get different ones, in the order in which they are met. One thread.
class schema_maker {
 public:
  /// `folder` is the JSON pointer of the object that will hold the components, such as
  /// "#/components/schemas/".
  explicit schema_maker(std::string_view folder) : folder_{folder} {}

  /// Keeps a name for a component that the caller writes.
  void reserve(std::string name) { taken_.insert(std::move(name)); }
  std::string reference(std::string_view component) const {
    return folder_ + std::string{component};
  }

  /// Writes the keywords of a schema into an open object. `about` is its description, without one
  /// where it is empty.
  void write(document_writer& out, const type_description& type, std::string_view about = {});

  /// Writes each component that was referred to, and what those refer to, into an open object.
  void write_components(document_writer& out);

 private:
  enum class nullability : std::uint8_t { never_null, may_be_null };

  void write(document_writer& out, const type_description& type, std::string_view about,
             nullability nulls);
  void write_reference(document_writer& out, const type_description& type, nullability nulls);
  void write_element(document_writer& out, std::string_view keyword, const type_description& type);
  void write_component(document_writer& out, const type_description& type);
  const std::string& component_name(const type_description& type);

  std::string folder_;
  std::set<std::string, std::less<>> taken_;
  std::map<const type_description*, std::string> names_;
  std::vector<const type_description*> components_;  // in the order in which they were met
};

}  // namespace sidewire::rpc
