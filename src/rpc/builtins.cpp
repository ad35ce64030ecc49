#include "rpc/builtins.hpp"

#include "rpc/dispatch.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/execution.hpp"

namespace sidewire::rpc {

namespace {

struct client_identity {
  std::string name;
  std::optional<std::string> version;
};
BOOST_DESCRIBE_STRUCT(client_identity, (), (name, version))

struct authenticate_params {
  std::string token;
  std::optional<client_identity> client_info;
};
BOOST_DESCRIBE_STRUCT(authenticate_params, (), (token, client_info))

struct refresh_params {
  std::string token;
};
BOOST_DESCRIBE_STRUCT(refresh_params, (), (token))

struct authenticated_result {
  std::string principal;
  std::vector<std::string> scopes;
};
BOOST_DESCRIBE_STRUCT(authenticated_result, (), (principal, scopes))

// What results look like that are answered as ready JSON.

struct openrpc {
  std::string openrpc;
  json info;
  std::vector<json> methods;
  json components;
};
BOOST_DESCRIBE_STRUCT(openrpc, (), (openrpc, info, methods, components))

struct error_data {
  std::string kind;
  bool retryable = false;
  std::optional<std::string> pointer;
  std::optional<std::string> limit;
  std::optional<std::uint64_t> retry_after_ms;
  std::optional<json> details;
};
BOOST_DESCRIBE_STRUCT(error_data, (), (kind, retryable, pointer, limit, retry_after_ms, details))

struct error_object {
  std::int32_t code = 0;
  std::string message;
  error_data data;
};
BOOST_DESCRIBE_STRUCT(error_object, (), (code, message, data))

struct operation_outcome {
  std::optional<json> result;
  std::optional<error_object> error;
};
BOOST_DESCRIBE_STRUCT(operation_outcome, (), (result, error))

struct operation_outcomes {
  std::vector<operation_outcome> results;
};
BOOST_DESCRIBE_STRUCT(operation_outcomes, (), (results))

void authenticate(dispatch& current, const std::string& token) {
  auto who = current.owner().shared().tokens.authenticate(token);
  if (!who) {
    current.fail(who.error());
    if (current.is_notification()) current.from().authentication_failed();
    return;
  }
  if (!current.from().may_become(**who)) {
    return current.fail(error{error_kind::forbidden, "the token is somebody else's"});
  }
  const authenticated_result answer{(*who)->name, (*who)->scopes};
  current.from().authenticated(std::move(*who));
  current.finish(&describe<authenticated_result>(), &answer);
}

template <class Params>
void run_authenticate(detail::invocation& invoked) {
  auto& current = static_cast<dispatch&>(invoked);
  Params given;
  if (!current.read_params(&describe<Params>(), &given)) {
    if (current.is_notification()) current.from().authentication_failed();
    return;
  }
  authenticate(current, given.token);
}

void run_execute(detail::invocation& invoked) {
  auto& current = static_cast<dispatch&>(invoked);
  execute_params given;
  if (!current.read_params(&describe<execute_params>(), &given)) return;
  const auto& bounds = current.owner().shared().limits;
  if (given.operations.size() > bounds.max_batch) {
    return current.fail(
        error{error_kind::limit_exceeded,
              "expected at most " + std::to_string(bounds.max_batch) + " operations"}
            .limit("maxBatch"));
  }
  auto parent = current.detach_call();
  if (!parent) return;
  parent->go_on();
  std::make_shared<execution>(current.owner(), std::move(parent), current.where(), std::move(given))
      ->start();
}

}  // namespace

void add_builtins(registry& methods) {
  methods.add({.name = "rpc.ping",
               .info = {.summary = "Answers at once, with null.",
                        .safe = true,
                        .examples = {{.name = "ping"}}},
               .invoke = [](detail::invocation& invoked) {
                 if (invoked.read_params(nullptr, nullptr)) invoked.finish(nullptr, nullptr);
               }});
  methods.add({.name = "rpc.discover",
               .info = {.summary = "Describes every method as an OpenRPC document.", .safe = true},
               .result = &describe<openrpc>(),
               .invoke = [](detail::invocation& invoked) {
                 auto& current = static_cast<dispatch&>(invoked);
                 if (!current.read_params(nullptr, nullptr)) return;
                 const json_view document = current.owner().shared().discovery;
                 current.finish(&describe<json_view>(), &document);
               }});
  methods.add({.name = "auth.authenticate",
               .info = {.summary = "Proves with a token who the caller is.",
                        .params = {{"token", "The launch token, or one that the server issued."},
                                   {"clientInfo", "What the client calls itself, for the log."}},
                        .errors = {error_kind::not_authenticated},
                        .examples = {{.name = "with the launch token",
                                      .params = {{"token", R"("0123456789abcdef")"},
                                                 {"clientInfo", R"({"name":"editor"})"}},
                                      .result = R"({"principal":"local","scopes":["admin"]})"}}},
               .params = &describe<authenticate_params>(),
               .result = &describe<authenticated_result>(),
               .invoke = run_authenticate<authenticate_params>});
  methods.add({.name = "auth.refresh",
               .info = {.summary = "Replaces the caller's token by a newer one.",
                        .params = {{"token", "The new token."}},
                        .errors = {error_kind::not_authenticated},
                        .examples = {{.name = "a newer token",
                                      .params = {{"token", R"("fedcba9876543210")"}},
                                      .result = R"({"principal":"local","scopes":["admin"]})"}}},
               .params = &describe<refresh_params>(),
               .result = &describe<authenticated_result>(),
               .invoke = run_authenticate<refresh_params>});
  methods.add(
      {.name = "batch.execute",
       .info = {.summary = "Runs several calls, for clients that cannot send a batch.",
                .params = {{"operations", "The calls, each with a method and its params."},
                           {"stopOnError",
                            "Runs one after the other and ends with the first that fails."}},
                .errors = {error_kind::limit_exceeded},
                .examples = {{.name = "two pings",
                              .params = {{"operations",
                                          R"([{"method":"rpc.ping"},{"method":"rpc.ping"}])"}},
                              .result = R"({"results":[{"result":null},{"result":null}]})"}}},
       .params = &describe<execute_params>(),
       .result = &describe<operation_outcomes>(),
       .invoke = run_execute});
}

}  // namespace sidewire::rpc
