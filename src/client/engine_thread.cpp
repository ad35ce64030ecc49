#include <array>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "client/engine.hpp"
#include "codec/decode.hpp"
#include "codec/message.hpp"
#include "codec/read_error.hpp"

/// What happens on the client's thread.
namespace sidewire::client {

namespace {

struct progress_params {
  std::uint64_t token = 0;
  json_view value;
};
BOOST_DESCRIBE_STRUCT(progress_params, (), (token, value))

client_transport as_option(session_transport transport) {
  constexpr std::array options{client_transport::websocket, client_transport::sse,
                               client_transport::poll};
  return options[index_of(transport)];
}

}  // namespace

void engine::begin(message written, exchange work, std::stop_token cancel_token) {
  const exchange_id id = written->exchange;
  waiting_.add(id, std::move(work));
  if (ended_) return waiting_.fail(id, *ended_);
  if (cancel_token.stop_possible()) {
    waiting_.keep(id,
                  std::make_unique<exchange_table::cancel_callback>(
                      std::move(cancel_token), [this, id] { run([this, id] { cancel(id); }); }));
  }
  keep_deadlines();
  link_->send(std::move(written));
}

void engine::cancel(exchange_id id) {
  if (!waiting_.contains(id)) return;
  if (link_->cancel(id, waiting_.count_of(id)) == cancelling::asked) {
    waiting_.mark_cancelled(id, std::chrono::steady_clock::now() + options_.limits.cancel_timeout);
    keep_deadlines();
  } else {
    waiting_.fail(id, error{error_kind::request_cancelled, "the call was cancelled"});
  }
}

void engine::keep_deadlines() {
  const time_point next = waiting_.next_deadline();
  if (next >= armed_for_) return;
  armed_for_ = next;
  deadline_timer_.expires_at(next);
  deadline_timer_.async_wait([this](boost::system::error_code aborted) {
    if (!aborted) on_deadline();
  });
}

void engine::on_deadline() {
  armed_for_ = time_point::max();
  for (const auto& [id, count] : waiting_.expire(std::chrono::steady_clock::now())) {
    link_->cancel(id, count);
  }
  keep_deadlines();
}

void engine::tell_transport(transport_use use) {
  if (opened_ && use.transport == transport_) return;
  transport_ = use.transport;
  if (options_.on_transport) options_.on_transport(use);
}

void engine::tell_state(connection_state state, const error* reason) {
  if (options_.on_state) options_.on_state(state, reason);
}

// What the link says.

void engine::on_open() {
  const std::optional<error> lost = std::exchange(lost_, {});
  const bool is_without_session =
      transport_ == client_transport::plain || transport_ == client_transport::post;
  if (!opened_) {
    if (is_without_session) tell_transport({.transport = transport_});
    opened_ = true;
    opening_.set_value({});
  }
  tell_state(connection_state::open, lost ? &*lost : nullptr);
  if (lost) subscriptions_.renew();
}

void engine::on_break(const error& reason) {
  tell_state(connection_state::reconnecting, &reason);
}

void engine::on_session_lost(const error& reason) {
  lost_ = reason;
  ++session_number_;
  for (shared_message& repeated : waiting_.fail_written(reason)) link_->send(std::move(repeated));
}

void engine::on_sending(exchange_id exchange) {
  waiting_.mark_sending(exchange);
}

void engine::on_unsent(exchange_id exchange) {
  waiting_.unmark_sending(exchange);
}

void engine::on_sent(exchange_id exchange) {
  waiting_.mark_sent(exchange);
}

void engine::on_message(std::string_view text, format written_as, exchange_id exchange) {
  if (const auto read = reader_.read(text, written_as); read) {
    if (!link_->admit(reader_, text.size())) return;
    reader_.each([&](const codec::incoming& message) { take(message, exchange); });
    reader_.release_if_large(text.size());
  } else if (exchange == no_exchange) {
    link_->close();
  }
  waiting_.fail(exchange, error{error_kind::outcome_unknown,
                                "the server's answer cannot be read or answers something else"});
}

void engine::on_failed(exchange_id exchange, const error& reason) {
  waiting_.fail(exchange, reason);
}

void engine::on_closed(const error& reason) {
  ended_ = reason.kind() == error_kind::outcome_unknown
               ? error{error_kind::unavailable, reason.message()}
               : reason;
  deadline_timer_.cancel();
  waiting_.fail_all(*ended_);
  subscriptions_.close(*ended_);
  if (!opened_) {
    opened_ = true;
    opening_.set_value(reason);
  } else {
    tell_state(connection_state::closed, &reason);
  }
}

void engine::on_no_sessions(client_transport instead) {
  former_link_ = std::move(link_);
  transport_ = instead;
  link_ = create_link(instead);
  link_->open();
}

void engine::on_transport(session_transport transport, const transport_failures& failures) {
  transport_use use{.transport = as_option(transport)};
  for (const session_transport one : session_transports) {
    if (const auto& why = failures[index_of(one)]) use.failed.push_back({as_option(one), *why});
  }
  tell_transport(std::move(use));
}

// What the server says.

void engine::take(const codec::incoming& message, exchange_id exchange) {
  switch (message.kind) {
    case codec::incoming_kind::response:
      return take_response(message, exchange);
    case codec::incoming_kind::notification:
      return take_notification(message);
    case codec::incoming_kind::request:
      return take_request(message);
    case codec::incoming_kind::invalid:
      return;
  }
}

void engine::take_response(const codec::incoming& message, exchange_id exchange) {
  if (message.id.kind == protocol::id_kind::unsigned_integer) {
    const exchange_id call = message.id.unsigned_integer;
    waiting_.answer(call, message.failure ? result<json>{codec::read_error(*message.failure)}
                                          : result<json>{json{message.result->view()}});
  } else if (message.id.kind == protocol::id_kind::null && message.failure) {
    waiting_.answer_unnamed(exchange, codec::read_error(*message.failure));
  }
}

void engine::take_notification(const codec::incoming& message) {
  if (message.method == "$/progress") {
    progress_params params;
    if (message.params && codec::decode(*message.params, describe<progress_params>(), &params)) {
      waiting_.progress(params.token, params.value);
    }
  } else if (!message.method.starts_with("$/") && !subscriptions_.take(message) &&
             options_.on_notification) {
    options_.on_notification(message.method, message.params ? message.params->view() : json_view{});
  }
}

void engine::take_request(const codec::incoming& message) {
  request_reply reply{[to_client = lifeline_, this, id = protocol::id{message.id},
                       session = session_number_](result<json> outcome) {
    to_client->run(
        [this, id, session, outcome = std::move(outcome)] { answer(id, session, outcome); });
  }};
  const auto found = options_.handlers.find(message.method);
  if (found == options_.handlers.end()) {
    return reply(error{error_kind::method_not_found, "this client has no such method"});
  }
  found->second(message.params ? message.params->view() : json_view{}, std::move(reply));
}

void engine::answer(const protocol::id& request, std::uint64_t session,
                    const result<json>& outcome) {
  if (ended_ || session != session_number_) return;
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = options_.written_as;
  made->is_answer = true;
  if (outcome) {
    const json_view value{*outcome};
    codec::write_result(made->text, made->written_as, request.view(), &describe<json_view>(),
                        &value);
  } else {
    codec::write_error(made->text, made->written_as, request.view(), outcome.error());
  }
  link_->send(made);
}

}  // namespace sidewire::client
