#include "client/cli/commands.hpp"
#include "client/cli/failure.hpp"

namespace sidewire::cli {

namespace {

exit_code send_notification(const arguments& given, const std::optional<json>& params,
                            rpc_client& client, console& shown) {
  auto sent = client.notify(given.method, params ? json_view{*params} : json_view{});
  // A notification has no answer: the answer to a call behind it shows that it arrived.
  if (sent && given.transport != client_transport::post) {
    auto answered = client.call("rpc.ping", {}, options_of(given, call_timeout));
    const bool is_known = answered || answered.error().kind() != error_kind::method_not_found;
    if (is_known && !answered) sent = answered.error();
  }
  return sent ? exit_code::ok : report_failure(shown, sent.error(), given.method, &client);
}

}  // namespace

call_options options_of(const arguments& given, std::chrono::milliseconds usual) {
  call_options options;
  options.timeout = given.timeout.value_or(usual);
  if (options.timeout == std::chrono::milliseconds::zero()) options.timeout = no_timeout;
  return options;
}

exit_code run_call(const arguments& given, const std::optional<json>& params, rpc_client& client,
                   console& shown, interrupt& stop) {
  if (given.as_notification) return send_notification(given, params, client, shown);

  call_options options = options_of(given, given.show_progress ? no_timeout : call_timeout);
  options.cancel = stop.token();
  if (given.show_progress) {
    options.on_progress = [&shown, &stop](json_view item) {
      shown.show_item(item);
      if (!shown.is_open()) stop.request_stop();
    };
  }
  const auto answer = [&] {
    const interrupt::cancellable running{stop};
    return client.call(given.method, params ? json_view{*params} : json_view{}, options);
  }();
  if (answer) {
    shown.show(*answer);
    return exit_code::ok;
  }
  if (stop.was_requested() && answer.error().kind() == error_kind::request_cancelled) {
    return exit_code::interrupted;
  }
  return report_failure(shown, answer.error(), given.method, &client);
}

}  // namespace sidewire::cli
