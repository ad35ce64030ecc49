#include "rest/openapi.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "rest/dashboards.hpp"
#include "rest/openapi_parts.hpp"
#include "rest/problem.hpp"
#include "rest/query.hpp"
#include "rest/route.hpp"
#include "rpc/json_schema.hpp"
#include "rpc/method_schema.hpp"
#include "rpc/openrpc_writer.hpp"

namespace sidewire::rest {

namespace {

constexpr std::string_view openapi_version = "3.1.0";
constexpr std::string_view schema_folder = "#/components/schemas/";

constexpr std::string_view conventions =
    "Each method of the JSON-RPC interface (`/openrpc.json`) as a path. A safe method answers GET "
    "with its params in the query, and its answer has an ETag; every method answers POST with a "
    "JSON object of params. An error is problem details (RFC 9457) with the code, kind and data of "
    "the JSON-RPC error. A method that streams answers `{items, result}` when it has ended.";

/// Whether a query gives a param as JSON text.
bool is_json_in_query(const type_description& type) {
  switch (without_optional(type).kind) {
    case type_kind::any:
    case type_kind::any_view:
    case type_kind::map:
    case type_kind::object:
      return true;
    default:
      return false;
  }
}

class document {
 public:
  std::string write(const registry& methods, const openapi_info& info);

 private:
  void write_info(const rpc::openrpc_info& info);
  void write_path(const method& what, const std::string& path);
  void begin_operation(const method& what, std::string_view verb, const std::string& id);
  void write_get(const method& what);
  void write_post(const method& what);
  void write_query(const method& what);
  void write_body(const method& what);
  enum class kept : std::uint8_t { never, with_etag };
  void write_responses(const method& what, kept answers);
  void write_result_schema(const method& what);
  void write_value(std::string_view member, const type_description* type);
  void write_several();
  void write_components(token_rule token);

  rpc::document_writer out_;
  rpc::schema_maker schemas_{schema_folder};
};

std::string document::write(const registry& methods, const openapi_info& info) {
  schemas_.reserve(std::string{rpc::meta_component});
  // It gets its name before any type of a method's.
  rpc::document_writer unused;
  unused.open_object();
  schemas_.write(unused, describe<problem>());
  out_.open_object();
  out_.text("openapi", openapi_version);
  write_info(info.program);
  out_.open_array("servers");
  out_.open_object();
  out_.text("url", info.server_url);
  out_.close_object();
  out_.close_array();
  if (info.token == token_rule::asked) out_.raw("security", R"([{"bearer":[]}])");
  out_.open_object("paths");
  for (const method* const what : methods.all()) {
    if (const auto path = path_of(*what)) write_path(*what, *path);
  }
  out_.raw(std::string{path_prefix} + "{service}/action", action_path);
  write_several();
  out_.raw(std::string{path_prefix} + "stream/{topic}", stream_path);
  out_.close_object();
  write_components(info.token);
  out_.close_object();
  return std::move(out_).finish();
}

void document::write_info(const rpc::openrpc_info& info) {
  out_.open_object("info");
  out_.text("title", info.title);
  out_.text("version", info.version);
  out_.text("description",
            info.description + (info.description.empty() ? "" : "\n\n") + std::string{conventions});
  if (!info.license.empty()) {
    out_.open_object("license");
    out_.text("name", info.license);
    out_.text("identifier", info.license);
    out_.close_object();
  }
  out_.close_object();
}

void document::write_path(const method& what, const std::string& path) {
  out_.open_object(path);
  if (what.info.safe) write_get(what);
  write_post(what);
  out_.close_object();
}

void document::begin_operation(const method& what, std::string_view verb, const std::string& id) {
  out_.open_object(verb);
  out_.text("operationId", id);
  out_.open_array("tags");
  out_.text({}, what.name.substr(0, what.name.rfind('.')));
  out_.close_array();
  if (!what.info.summary.empty()) out_.text("summary", what.info.summary);
  if (!what.info.description.empty()) out_.text("description", what.info.description);
  if (!what.info.scope.empty()) out_.text("x-scope", what.info.scope);
}

void document::write_get(const method& what) {
  begin_operation(what, "get", what.name + ".get");
  write_query(what);
  write_responses(what, kept::with_etag);
  out_.close_object();
}

void document::write_post(const method& what) {
  begin_operation(what, "post", what.name);
  out_.raw("parameters", R"([{"$ref":"#/components/parameters/idempotencyKey"}])");
  write_body(what);
  write_responses(what, kept::never);
  out_.close_object();
}

void document::write_query(const method& what) {
  out_.open_array("parameters");
  if (rpc::takes_anything(what)) {
    out_.raw({}, R"({"name":"params","in":"query","required":false,"style":"form","explode":true,)"
                 R"("schema":{"type":"object","additionalProperties":true}})");
  }
  for (const field_description& field : rpc::fields_of(what)) {
    const type_description& type = field.type();
    out_.open_object();
    out_.text("name", field.name);
    out_.text("in", "query");
    const auto note = rpc::note_of(what, field.name);
    if (!note.empty()) out_.text("description", note);
    out_.boolean("required", type.kind != type_kind::optional);
    const bool as_json = is_json_in_query(type);
    if (as_json) {
      out_.open_object("content");
      out_.open_object("application/json");
    }
    // A query has no null: what is optional is left out.
    write_value("schema", &without_optional(type));
    if (as_json) {
      out_.close_object();
      out_.close_object();
    }
    out_.close_object();
  }
  out_.close_array();
}

void document::write_body(const method& what) {
  const auto fields = rpc::fields_of(what);
  const bool is_needed = std::ranges::any_of(fields, [](const field_description& field) {
    return field.type().kind != type_kind::optional;
  });
  out_.open_object("requestBody");
  out_.boolean("required", is_needed);
  out_.open_object("content");
  out_.open_object("application/json");
  out_.open_object("schema");
  if (rpc::takes_anything(what)) {
    out_.text("type", "object");
  } else {
    rpc::write_params_schema(out_, schemas_, what);
  }
  for (int level = 0; level != 4; ++level) out_.close_object();
}

void document::write_responses(const method& what, kept answers) {
  out_.open_object("responses");
  out_.open_object("200");
  out_.text("description", "The result.");
  if (answers == kept::with_etag) out_.raw("headers", etag_header);
  out_.open_object("content");
  out_.open_object("application/json");
  write_result_schema(what);
  out_.close_object();
  out_.close_object();
  out_.close_object();
  if (answers == kept::with_etag) out_.raw("304", not_modified);
  out_.raw("default", default_response);
  out_.close_object();
}

void document::write_result_schema(const method& what) {
  if (what.progress == nullptr) return write_value("schema", what.result);
  out_.open_object("schema");
  out_.text("type", "object");
  out_.open_object("properties");
  out_.open_object("items");
  out_.text("type", "array");
  write_value("items", what.progress);
  out_.close_object();
  write_value("result", what.result);
  out_.close_object();
  out_.raw("required", R"(["items","result"])");
  out_.close_object();
}

/// A null type is the value null.
void document::write_value(std::string_view member, const type_description* type) {
  out_.open_object(member);
  if (type != nullptr) {
    schemas_.write(out_, *type);
  } else {
    out_.text("type", "null");
  }
  out_.close_object();
}

void document::write_several() {
  out_.open_object(std::string{path_prefix} + "multi/dashboard");
  out_.open_object("get");
  out_.text("operationId", "dashboards");
  out_.raw("tags", R"(["rest"])");
  out_.text("summary",
            "Calls the dashboards of several services at once. One that fails is an error in the "
            "answer, and fails no other.");
  out_.raw("parameters",
           R"([{"name":"services","in":"query","required":false,"style":"form","explode":false,)"
           R"("description":"Their names; all that have a dashboard where none is named.",)"
           R"("schema":{"type":"array","items":{"type":"string"}}}])");
  out_.open_object("responses");
  out_.open_object("200");
  out_.text("description", "What each of them came to.");
  out_.raw("headers", etag_header);
  out_.open_object("content");
  out_.open_object("application/json");
  write_value("schema", &describe<dashboards>());
  out_.close_object();
  out_.close_object();
  out_.close_object();
  out_.raw("304", not_modified);
  out_.raw("default", default_response);
  for (int level = 0; level != 3; ++level) out_.close_object();
}

void document::write_components(token_rule token) {
  out_.open_object("components");
  out_.open_object("schemas");
  out_.raw(rpc::meta_component, rpc::meta_schema());
  schemas_.write_components(out_);
  out_.close_object();
  out_.open_object("parameters");
  out_.raw("idempotencyKey", key_parameter);
  out_.close_object();
  out_.open_object("responses");
  out_.raw("problem", problem_response);
  out_.close_object();
  if (token == token_rule::asked) {
    out_.raw("securitySchemes", R"({"bearer":{"type":"http","scheme":"bearer"}})");
  }
  out_.close_object();
}

}  // namespace

json openapi_document(const registry& methods, const openapi_info& info) {
  return json{document{}.write(methods, info)};
}

}  // namespace sidewire::rest
