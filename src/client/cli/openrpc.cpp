#include "client/cli/openrpc.hpp"

#include <string_view>

namespace sidewire::cli {

namespace {

/// Schemas are described to this depth; types may contain themselves.
constexpr int max_described_depth = 4;

std::string type_text(const node* schema, int depth);

std::string joined(const node& alternatives, int depth) {
  std::string text;
  for (const auto& [index, one] : alternatives.members) {
    const std::string part = one.kind == node_kind::object ? type_text(&one, depth - 1) : one.text;
    if (!text.empty()) text += " | ";
    text += part;
  }
  return text;
}

std::string type_text(const node* schema, int depth) {
  if (schema == nullptr || schema->kind != node_kind::object || depth == 0) return "any";
  if (const auto reference = schema->string_at("$ref"); !reference.empty()) {
    return std::string{reference.substr(reference.rfind('/') + 1)};
  }
  for (const std::string_view name : {"enum", "oneOf", "anyOf"}) {
    if (const node* alternatives = schema->find(name)) return joined(*alternatives, depth);
  }
  const node* type = schema->find("type");
  if (type == nullptr) return "any";
  if (type->kind == node_kind::array) return joined(*type, depth);
  if (type->text == "array") return "array of " + type_text(schema->find("items"), depth - 1);
  if (const auto title = schema->string_at("title"); type->text == "object" && !title.empty()) {
    return std::string{title};
  }
  if (const auto encoding = schema->string_at("contentEncoding"); !encoding.empty()) return "bytes";
  return type->text;
}

/// The object that a local reference such as "#/components/schemas/x" names, or `from` itself.
const node& resolved(const node& from, const node& document) {
  std::string_view reference = from.string_at("$ref");
  if (!reference.starts_with("#/")) return from;
  reference.remove_prefix(2);
  const node* at = &document;
  while (at != nullptr && !reference.empty()) {
    const auto end = reference.find('/');
    at = at->find(reference.substr(0, end));
    reference.remove_prefix(end == std::string_view::npos ? reference.size() : end + 1);
  }
  return at == nullptr ? from : *at;
}

/// The members of the object that a schema describes, or refers to.
std::vector<parameter_summary> read_fields(const node* schema, const node& document) {
  std::vector<parameter_summary> fields;
  if (schema == nullptr) return fields;
  const node& described = resolved(*schema, document);
  const node* properties = described.find("properties");
  if (properties == nullptr) return fields;
  for (const auto& [name, property] : properties->members) {
    fields.push_back({.name = name,
                      .type = describe_schema(&property),
                      .summary = std::string{property.string_at("description")}});
  }
  return fields;
}

parameter_summary read_parameter(const node& from) {
  const node* schema = from.find("schema");
  parameter_summary made;
  made.name = from.string_at("name");
  made.type = describe_schema(schema);
  made.summary = from.string_at("summary");
  if (made.summary.empty()) made.summary = from.string_at("description");
  if (made.summary.empty() && schema != nullptr) made.summary = schema->string_at("description");
  const node* required = from.find("required");
  made.is_required = required != nullptr && required->text == "true";
  constexpr std::string_view or_null = " | null";
  if (!made.is_required && made.type.ends_with(or_null)) {
    made.type.resize(made.type.size() - or_null.size());
  }
  return made;
}

}  // namespace

std::string describe_schema(const node* schema) {
  return type_text(schema, max_described_depth);
}

std::vector<method_summary> read_methods(const node& document) {
  std::vector<method_summary> methods;
  const node* listed = document.find("methods");
  if (listed == nullptr) return methods;
  for (const auto& [index, reference] : listed->members) {
    const node& from = resolved(reference, document);
    method_summary made;
    made.name = from.string_at("name");
    made.summary = from.string_at("summary");
    made.description = from.string_at("description");
    if (const node* params = from.find("params")) {
      for (const auto& [at, param] : params->members) {
        made.params.push_back(read_parameter(resolved(param, document)));
      }
    }
    if (const node* result = from.find("result")) {
      const node* schema = resolved(*result, document).find("schema");
      made.result_type = describe_schema(schema);
      made.result_fields = read_fields(schema, document);
    }
    methods.push_back(std::move(made));
  }
  return methods;
}

std::string signature_of(const method_summary& method) {
  std::string text;
  for (const parameter_summary& param : method.params) {
    if (!text.empty()) text += ", ";
    text.append(param.name).append(param.is_required ? ": " : "?: ").append(param.type);
  }
  return text;
}

}  // namespace sidewire::cli
