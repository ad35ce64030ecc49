#include "client/cli/failure.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "client/cli/near_names.hpp"
#include "client/cli/openrpc.hpp"

namespace sidewire::cli {

namespace {

/// Advice is not worth more of anybody's time.
constexpr std::chrono::milliseconds advice_timeout{2'000};

std::vector<method_summary> known_methods(rpc_client& client) {
  call_options options;
  options.timeout = advice_timeout;
  const auto document = client.call("rpc.discover", {}, options);
  if (!document) return {};
  return read_methods(read_value(*document));
}

std::string suggest_method(std::string_view method, const std::vector<method_summary>& known) {
  std::vector<std::string> names;
  for (const method_summary& one : known) names.push_back(one.name);
  const auto near = near_names(method, names);
  std::string text;
  for (const std::string& name : near) {
    if (!text.empty()) text += &name == &near.back() ? " or " : ", ";
    text += name;
  }
  if (!text.empty()) return "Did you mean " + text + '?';
  return "`sidewire-cli discover` lists the methods that this server has.";
}

std::string explain_params(std::string_view method, const std::vector<method_summary>& known) {
  const auto at = std::find_if(known.begin(), known.end(),
                               [method](const method_summary& one) { return one.name == method; });
  if (at == known.end()) return {};
  if (at->params.empty()) return at->name + " takes no params.";
  return at->name + " takes " + signature_of(*at) + ". `sidewire-cli discover " + at->name +
         "` says more.";
}

}  // namespace

std::string describe_failure(const error& reason) {
  std::string text = reason.message();
  if (reason.pointer() && !reason.pointer()->empty()) text += ", at " + *reason.pointer();
  text.append(" (").append(name_of(reason.kind()));
  text.append(", ").append(std::to_string(reason.code()));
  if (reason.limit()) text.append(", limit ").append(*reason.limit());
  text += ')';
  if (reason.details()) text += "\n" + compact_json(*reason.details());
  return text;
}

std::string advice_for(const error& reason) {
  if (reason.retry_after()) {
    return "Try again in " + std::to_string(reason.retry_after()->count()) + " ms.";
  }
  switch (reason.kind()) {
    case error_kind::unavailable:
      return "Is the server running, and is this its address? --url, --announce FILE or "
             "SIDEWIRE_URL "
             "say another one.";
    case error_kind::not_authenticated:
      return "Give the server's token in SIDEWIRE_TOKEN or --token-file, or take it from the "
             "server with --announce FILE.";
    case error_kind::deadline_exceeded:
      return "--timeout SECONDS allows more; 0 waits without end.";
    case error_kind::outcome_unknown:
      return "The call was sent, so it may have run.";
    case error_kind::response_too_large:
      return "Ask for less, or for bytes without base64: --format msgpack.";
    case error_kind::server_busy:
    case error_kind::rate_limited:
      return "Try again later.";
    default:
      return "";
  }
}

exit_code report_failure(console& shown, const error& reason, std::string_view method,
                         rpc_client* client) {
  std::string advice = advice_for(reason);
  if (client != nullptr && reason.kind() == error_kind::method_not_found) {
    advice = suggest_method(method, known_methods(*client));
  } else if (client != nullptr && reason.kind() == error_kind::invalid_params) {
    advice = explain_params(method, known_methods(*client));
  }
  const std::string what = method.empty() ? std::string{} : std::string{method} + ": ";
  shown.complain(what + describe_failure(reason), advice);
  return exit_code_of(reason.kind());
}

}  // namespace sidewire::cli
