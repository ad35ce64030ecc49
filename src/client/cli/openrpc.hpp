#pragma once

#include <string>
#include <vector>

#include "client/cli/node.hpp"

namespace sidewire::cli {

/// A parameter, or a member of a result.
struct parameter_summary {
  std::string name;
  std::string type = {};
  std::string summary = {};
  bool is_required = false;
};

/// What an OpenRPC document says of a method, as far as people need it to call it.
struct method_summary {
  std::string name;
  std::string summary;
  std::string description;
  std::vector<parameter_summary> params;
  std::string result_type;
  std::vector<parameter_summary> result_fields;  ///< where it is an object
};

/// The methods of an OpenRPC document (1.3), in its order; references within it are followed.
std::vector<method_summary> read_methods(const node& document);

/// A JSON Schema in a few words: "integer", "array of string", "log_entry", "info | warn".
std::string describe_schema(const node* schema);

/// "service: string, lines?: integer"
std::string signature_of(const method_summary& method);

}  // namespace sidewire::cli
