#include "rpc/openrpc.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rpc/json_schema.hpp"
#include "rpc/method_schema.hpp"
#include "rpc/openrpc_errors.hpp"
#include "rpc/openrpc_writer.hpp"

namespace sidewire::rpc {

namespace {

/// Of the document's form: the latest that there is a meta schema for.
constexpr std::string_view openrpc_version = "1.3.2";
constexpr std::string_view schema_folder = "#/components/schemas/";
constexpr std::string_view error_folder = "#/components/errors/";

constexpr std::string_view conventions =
    "Params go by name or by position; schemas are JSON Schema 2020-12. By name they may have the "
    "member `_meta`, which belongs to the protocol. Bytes are `bin` in MessagePack and base64 in "
    "JSON. A method with `x-progress` streams such values by `$/progress {token, value}`, whose "
    "token is the request's id; a one-shot POST answers it with `{items, result}` instead. Beside "
    "the errors that a method lists, any call may fail with `parse_error`, `invalid_request`, "
    "`method_not_found`, `invalid_params`, `internal_error`, `deadline_exceeded`, "
    "`not_authenticated`, `response_too_large`, `server_busy` and `request_cancelled`. "
    "An error's `data` has `kind` and `retryable`, and `pointer`, `limit`, `retryAfterMs` and "
    "`details` where they say something.";

class document {
 public:
  std::string write(const registry& methods, const openrpc_info& info);

 private:
  void write_info(const openrpc_info& info);
  void write_method(const method& what);
  void write_params(const method& what);
  void write_value(std::string_view member, std::string_view name, const type_description* type);
  void write_errors(const method& what);
  void write_examples(const method& what);
  void write_argument(const method_example::argument& given);
  void write_components();

  document_writer out_;
  schema_maker schemas_{schema_folder};
};

std::string document::write(const registry& methods, const openrpc_info& info) {
  schemas_.reserve(std::string{meta_component});
  out_.open_object();
  out_.text("openrpc", openrpc_version);
  write_info(info);
  out_.open_array("methods");
  for (const method* what : methods.all()) write_method(*what);
  out_.close_array();
  write_components();
  out_.close_object();
  return std::move(out_).finish();
}

void document::write_info(const openrpc_info& info) {
  out_.open_object("info");
  out_.text("title", info.title);
  out_.text("version", info.version);
  out_.text("description",
            info.description + (info.description.empty() ? "" : "\n\n") + std::string{conventions});
  if (!info.license.empty()) {
    out_.open_object("license");
    out_.text("name", info.license);
    out_.close_object();
  }
  out_.close_object();
}

void document::write_method(const method& what) {
  out_.open_object();
  out_.text("name", what.name);
  if (!what.info.summary.empty()) out_.text("summary", what.info.summary);
  if (!what.info.description.empty()) out_.text("description", what.info.description);
  out_.text("paramStructure", "either");
  write_params(what);
  write_value("result", "result", what.result);
  write_errors(what);
  write_examples(what);
  out_.boolean("x-safe", what.info.safe);
  out_.boolean("x-blocking", what.info.blocking);
  if (!what.info.scope.empty()) out_.text("x-scope", what.info.scope);
  out_.open_object("x-paramsSchema");
  write_params_schema(out_, schemas_, what);
  out_.close_object();
  if (what.progress != nullptr) write_value("x-progress", "progress", what.progress);
  out_.close_object();
}

void document::write_params(const method& what) {
  check_notes(what);
  out_.open_array("params");
  for (const field_description& field : fields_of(what)) {
    out_.open_object();
    out_.text("name", field.name);
    if (const auto note = note_of(what, field.name); !note.empty()) out_.text("summary", note);
    out_.boolean("required", field.type().kind != type_kind::optional);
    out_.open_object("schema");
    schemas_.write(out_, field.type());
    out_.close_object();
    out_.close_object();
  }
  out_.close_array();
}

/// A content descriptor; a null type is the value null.
void document::write_value(std::string_view member, std::string_view name,
                           const type_description* type) {
  out_.open_object(member);
  out_.text("name", name);
  out_.open_object("schema");
  if (type != nullptr) {
    schemas_.write(out_, *type);
  } else {
    out_.text("type", "null");
  }
  out_.close_object();
  out_.close_object();
}

void document::write_errors(const method& what) {
  auto kinds = what.info.errors;
  if (!what.info.scope.empty()) kinds.push_back(error_kind::forbidden);
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  out_.open_array("errors");
  for (const error_kind kind : kinds) {
    if (kind == error_kind::application) continue;  // its codes are not known here
    out_.open_object();
    out_.text("$ref", std::string{error_folder} + std::string{name_of(kind)});
    out_.close_object();
  }
  out_.close_array();
}

void document::write_examples(const method& what) {
  if (what.info.examples.empty()) return;
  out_.open_array("examples");
  for (const method_example& example : what.info.examples) {
    out_.open_object();
    out_.text("name", example.name);
    out_.open_array("params");
    for (const auto& given : example.params) {
      check_param(what, given.name);
      write_argument(given);
    }
    out_.close_array();
    out_.open_object("result");
    out_.text("name", "result");
    out_.raw("value", example.result);
    out_.close_object();
    out_.close_object();
  }
  out_.close_array();
}

void document::write_argument(const method_example::argument& given) {
  out_.open_object();
  out_.text("name", given.name);
  out_.raw("value", given.value);
  out_.close_object();
}

void document::write_components() {
  out_.open_object("components");
  out_.open_object("schemas");
  out_.raw(meta_component, meta_schema());
  schemas_.write_components(out_);
  out_.close_object();
  out_.open_object("errors");
  for (int index = 0; index < static_cast<int>(error_kind::application); ++index) {
    const auto kind = static_cast<error_kind>(index);
    out_.open_object(name_of(kind));
    out_.integer("code", code_of(kind));
    out_.text("message", meaning_of(kind));
    out_.open_object("data");
    out_.text("kind", name_of(kind));
    out_.boolean("retryable", is_retryable(kind));
    out_.close_object();
    out_.close_object();
  }
  out_.close_object();
  out_.close_object();
}

}  // namespace

json openrpc_document(const registry& methods, const openrpc_info& info) {
  return json{document{}.write(methods, info)};
}

}  // namespace sidewire::rpc
