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

void authenticate(dispatch& current, const std::string& token) {
  auto who = current.owner().shared().tokens.authenticate(token);
  if (!who) {
    current.fail(who.error());
    if (current.is_notification()) current.from().authentication_failed();
    return;
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
               .info = {.summary = "Answers at once, with null.", .safe = true},
               .invoke = [](detail::invocation& invoked) {
                 if (invoked.read_params(nullptr, nullptr)) invoked.finish(nullptr, nullptr);
               }});
  methods.add({.name = "rpc.discover",
               .info = {.summary = "Describes every method as an OpenRPC document.", .safe = true},
               .result = &describe<json_view>(),
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
                        .errors = {error_kind::not_authenticated}},
               .params = &describe<authenticate_params>(),
               .result = &describe<authenticated_result>(),
               .invoke = run_authenticate<authenticate_params>});
  methods.add({.name = "auth.refresh",
               .info = {.summary = "Replaces the caller's token by a newer one.",
                        .params = {{"token", "The new token."}},
                        .errors = {error_kind::not_authenticated}},
               .params = &describe<refresh_params>(),
               .result = &describe<authenticated_result>(),
               .invoke = run_authenticate<refresh_params>});
  methods.add(
      {.name = "batch.execute",
       .info = {.summary = "Runs several calls, for clients that cannot send a batch.",
                .params = {{"operations", "The calls, each with a method and its params."},
                           {"stopOnError",
                            "Runs one after the other and ends with the first that fails."}},
                .errors = {error_kind::limit_exceeded}},
       .params = &describe<execute_params>(),
       .result = &describe<execute_result>(),
       .invoke = run_execute});
}

}  // namespace sidewire::rpc
