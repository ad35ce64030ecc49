#include "rpc/method_schema.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sidewire::rpc {

std::string_view meta_schema() noexcept {
  return R"({"title":"call_meta","description":"What a call tells the protocol. Unknown members are )"
         R"(ignored.","type":"object","properties":{)"
         R"("timeoutMs":{"description":"The deadline, from the call's arrival on.",)"
         R"("type":["integer","null"],"minimum":0,"maximum":4294967295},)"
         R"("format":{"description":"The format of the answer, in place of the request's.",)"
         R"("enum":["json","msgpack",null]},)"
         R"("traceparent":{"description":"W3C Trace Context.","type":"string"}}})";
}

bool takes_anything(const method& what) noexcept {
  return what.params != nullptr && what.params->kind != type_kind::object;
}

std::span<const field_description> fields_of(const method& what) noexcept {
  return what.params == nullptr ? std::span<const field_description>{} : what.params->fields;
}

std::string_view note_of(const method& what, std::string_view param) noexcept {
  for (const parameter_note& note : what.info.params) {
    if (note.name == param) return note.summary;
  }
  return {};
}

void check_param(const method& what, std::string_view name) {
  const auto fields = fields_of(what);
  const bool is_there = takes_anything(what) || std::any_of(fields.begin(), fields.end(),
                                                            [name](const field_description& field) {
                                                              return field.name == name;
                                                            });
  if (!is_there) {
    throw std::invalid_argument{"the method \"" + what.name + "\" describes a param \"" +
                                std::string{name} + "\" that it does not have"};
  }
}

void check_notes(const method& what) {
  for (const parameter_note& note : what.info.params) check_param(what, note.name);
}

void write_params_schema(document_writer& out, schema_maker& schemas, const method& what) {
  if (takes_anything(what)) {
    return out.raw("anyOf", R"([{"type":"object"},{"type":"array"}])");
  }
  out.text("type", "object");
  out.open_object("properties");
  for (const field_description& field : fields_of(what)) {
    out.open_object(field.name);
    schemas.write(out, field.type(), note_of(what, field.name));
    out.close_object();
  }
  out.open_object("_meta");
  out.text("$ref", schemas.reference(meta_component));
  out.close_object();
  out.close_object();
  out.open_array("required");
  for (const field_description& field : fields_of(what)) {
    if (field.type().kind != type_kind::optional) out.text({}, field.name);
  }
  out.close_array();
  if (!what.info.takes_unknown_members) out.boolean("additionalProperties", false);
}

}  // namespace sidewire::rpc
