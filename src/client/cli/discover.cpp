#include <algorithm>

#include "client/cli/commands.hpp"
#include "client/cli/failure.hpp"
#include "client/cli/openrpc.hpp"

namespace sidewire::cli {

namespace {

/// The methods as rows, for a table.
node as_rows(const std::vector<method_summary>& methods) {
  node rows{node_kind::array, {}};
  for (const method_summary& method : methods) {
    node row{node_kind::object, {}};
    row.members.emplace_back("method", text_node(method.name));
    row.members.emplace_back("params", text_node(signature_of(method)));
    row.members.emplace_back("summary", text_node(method.summary));
    rows.members.emplace_back(std::string{}, std::move(row));
  }
  return rows;
}

/// Parameters, or a result's members, as rows.
node as_rows(const std::vector<parameter_summary>& listed, std::string_view title) {
  node rows{node_kind::array, {}};
  for (const parameter_summary& one : listed) {
    node row{node_kind::object, {}};
    row.members.emplace_back(title, text_node(one.name));
    row.members.emplace_back("type", text_node(one.type));
    row.members.emplace_back("", text_node(one.is_required ? "required" : ""));
    row.members.emplace_back("meaning", text_node(one.summary));
    rows.members.emplace_back(std::string{}, std::move(row));
  }
  return rows;
}

std::string explanation_of(const method_summary& method, const canvas& where) {
  std::string text = where.colours.heading(visible(method.name)) + '\n';
  for (const std::string& part : {method.summary, method.description}) {
    if (!part.empty()) text += visible(part, line_breaks::kept) + '\n';
  }
  if (!method.params.empty()) text += '\n' + render_table(as_rows(method.params, "param"), where);
  if (!method.result_fields.empty()) {
    text += '\n' + render_table(as_rows(method.result_fields, "result"), where);
  } else if (!method.result_type.empty()) {
    text += "\nAnswers " + visible(method.result_type) + ".\n";
  }
  return text;
}

/// The part of the document that describes one method; null where there is none.
const node* find_method(const node& document, std::string_view name) {
  const node* methods = document.find("methods");
  if (methods == nullptr) return nullptr;
  for (const auto& [index, method] : methods->members) {
    if (method.string_at("name") == name) return &method;
  }
  return nullptr;
}

exit_code explain_one(const arguments& given, const node& document, rpc_client& client,
                      console& shown) {
  const node* found = find_method(document, given.method);
  if (found == nullptr) {
    const error missing{error_kind::method_not_found, "this server has no such method"};
    return report_failure(shown, missing, given.method, &client);
  }
  const auto methods = read_methods(document);
  const auto at = std::find_if(methods.begin(), methods.end(),
                               [&given](const auto& one) { return one.name == given.method; });
  if (shown.is_readable()) {
    shown.show_text(explanation_of(*at, shown.shown_on()));
  } else {
    shown.show(json{render_line(*found, {})});
  }
  return exit_code::ok;
}

}  // namespace

exit_code run_discover(const arguments& given, rpc_client& client, console& shown) {
  const auto answer = client.call("rpc.discover", {}, options_of(given, call_timeout));
  if (!answer) return report_failure(shown, answer.error(), "rpc.discover", &client);
  const node document = read_value(*answer);
  if (!given.method.empty()) return explain_one(given, document, client, shown);
  if (shown.is_readable()) {
    shown.show_text(render_table(as_rows(read_methods(document)), shown.shown_on()));
  } else {
    shown.show(*answer);
  }
  return exit_code::ok;
}

}  // namespace sidewire::cli
