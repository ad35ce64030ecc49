#include "client/engine.hpp"

#include <boost/asio/post.hpp>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "client/post_link.hpp"
#include "client/thread_signals.hpp"
#include "client/websocket_link.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "codec/read_error.hpp"

namespace sidewire::client {

namespace {

struct progress_params {
  std::uint64_t token = 0;
  json_view value;
};
BOOST_DESCRIBE_STRUCT(progress_params, (), (token, value))

protocol::id_view id_of(exchange_id call) {
  protocol::id_view id;
  id.kind = protocol::id_kind::unsigned_integer;
  id.unsigned_integer = call;
  return id;
}

error too_much(const char* limit, const char* message) {
  error made{error_kind::limit_exceeded, message};
  made.limit(limit);
  return made;
}

}  // namespace

engine::engine(client_options options)
    : options_{std::move(options)},
      unsent_{options_.limits.max_unsent_bytes},
      keep_running_{context_.get_executor()},
      deadline_timer_{context_},
      reader_{options_.limits.max_depth} {}

engine::~engine() {
  if (!thread_.joinable()) return;
  run([this] {
    if (!ended_) link_->close();
    keep_running_.reset();
  });
  thread_.join();
}

result<void> engine::open(const endpoint& where) {
  link_ = options_.transport == client_transport::websocket
              ? create_websocket_link(context_, where, options_, *this)
              : create_post_link(where, options_, *this,
                                 [this](std::function<void()> task) { run(std::move(task)); });
  auto opened = opening_.get_future();
  thread_ = std::thread{[this] {
    block_signals_of_this_thread();
    context_.run();
  }};
  run([this] { link_->open(); });
  return opened.get();
}

void engine::run(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

// What callers do on their own threads.

json engine::encode(const type_description& type, const void* value,
                    const call_options& options) const {
  const format as = options.written_as.value_or(options_.written_as);
  base::buffer text;
  codec::encode(text, as, type, value);
  return json{std::string{text.view()}, as};
}

outgoing_message engine::new_message(std::size_t id_count, std::optional<format> written_as) {
  return {.exchange = next_id_.fetch_add(id_count),
          .written_as = written_as.value_or(options_.written_as)};
}

exchange engine::new_exchange(std::size_t count, call_options& options) const {
  const auto timeout = options.timeout.value_or(options_.call_timeout);
  const auto now = std::chrono::steady_clock::now();
  const auto representable =
      std::chrono::duration_cast<std::chrono::milliseconds>(time_point::max() - now);
  return {.count = count,
          .deadline = timeout < representable ? now + timeout : time_point::max(),
          .on_progress = std::move(options.on_progress)};
}

result<json> engine::call(std::string_view method, json_view params, call_options options) {
  outgoing_message message = new_message(1, options.written_as);
  codec::write_request(message.text, message.written_as, id_of(message.exchange), method, params);
  return std::move(
      start_and_wait(std::move(message), new_exchange(1, options), options.cancel).front());
}

void engine::async_call(std::string_view method, json_view params, call_options options,
                        completion done) {
  outgoing_message message = new_message(1, options.written_as);
  codec::write_request(message.text, message.written_as, id_of(message.exchange), method, params);
  exchange work = new_exchange(1, options);
  work.done = [done = std::move(done)](answers outcomes) { done(std::move(outcomes.front())); };
  start(std::move(message), std::move(work), std::move(options.cancel));
}

std::vector<result<json>> engine::batch(std::span<const batch_call> calls, call_options options) {
  if (calls.empty()) return {};
  outgoing_message message = new_message(calls.size(), options.written_as);
  codec::write_batch_begin(message.text, message.written_as, calls.size());
  exchange_id id = message.exchange;
  for (const batch_call& call : calls) {
    if (id != message.exchange) codec::write_separator(message.text, message.written_as);
    codec::write_request(message.text, message.written_as, id_of(id++), call.method, call.params);
  }
  codec::write_batch_end(message.text, message.written_as);
  options.on_progress = {};
  return start_and_wait(std::move(message), new_exchange(calls.size(), options), options.cancel);
}

result<void> engine::notify(std::string_view method, json_view params) {
  call_options options;
  outgoing_message message = new_message(1, {});
  codec::write_notification(message.text, message.written_as, method, params);
  const answers outcome = start_and_wait(std::move(message), new_exchange(0, options), {});
  if (!outcome.empty()) return outcome.front().error();
  return {};
}

answers engine::start_and_wait(outgoing_message message, exchange work, std::stop_token cancel) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    throw std::logic_error{"a handler must not wait for its own client"};
  }
  std::promise<answers> answered;
  work.done = [&answered](answers outcomes) { answered.set_value(std::move(outcomes)); };
  start(std::move(message), std::move(work), std::move(cancel));
  return answered.get_future().get();
}

std::optional<error> engine::admit(outgoing_message& message, exchange& work) {
  if (in_flight_.fetch_add(1) >= options_.limits.max_calls_in_flight) {
    --in_flight_;
    return too_much("maxCallsInFlight", "too many calls wait for their answer");
  }
  work.done = [this, done = std::move(work.done)](answers outcomes) {
    --in_flight_;
    done(std::move(outcomes));
  };
  auto unsent = unsent_.take(message.text.size());
  if (!unsent) return too_much("maxUnsentBytes", "too many bytes wait to be sent");
  message.unsent = std::move(*unsent);
  return {};
}

void engine::start(outgoing_message message, exchange work, std::stop_token cancel) {
  if (auto refused = admit(message, work)) {
    run([work = std::move(work), reason = std::move(*refused)] {
      work.done(answers(std::max<std::size_t>(work.count, 1), reason));
    });
    return;
  }
  boost::asio::post(context_, [this, message = std::move(message), work = std::move(work),
                               cancel = std::move(cancel)]() mutable {
    begin(std::move(message), std::move(work), std::move(cancel));
  });
}

// What happens on the client's thread.

void engine::begin(outgoing_message message, exchange work, std::stop_token cancel_token) {
  const exchange_id id = message.exchange;
  waiting_.add(id, std::move(work));
  if (ended_) return waiting_.fail(id, *ended_);
  if (cancel_token.stop_possible()) {
    waiting_.keep(id,
                  std::make_unique<exchange_table::cancel_callback>(
                      std::move(cancel_token), [this, id] { run([this, id] { cancel(id); }); }));
  }
  keep_deadlines();
  link_->send(std::move(message));
}

void engine::cancel(exchange_id id) {
  if (!waiting_.contains(id)) return;
  link_->cancel(id, waiting_.count_of(id));
  if (link_->answers_cancelled_calls()) {
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

void engine::on_open() {
  opened_ = true;
  opening_.set_value({});
}

void engine::on_sending(exchange_id exchange) {
  waiting_.mark_sending(exchange);
}

void engine::on_sent(exchange_id exchange) {
  waiting_.mark_sent(exchange);
}

void engine::on_message(std::string_view text, format written_as, exchange_id exchange) {
  if (const auto read = reader_.read(text, written_as); read) {
    reader_.each([&](const codec::incoming& message) { take(message, exchange); });
    reader_.release_if_large(text.size());
  } else if (exchange == no_exchange) {
    link_->close();
  }
  waiting_.fail(exchange, error{error_kind::outcome_unknown,
                                "the server's answer cannot be read or answers something else"});
}

void engine::take(const codec::incoming& message, exchange_id exchange) {
  switch (message.kind) {
    case codec::incoming_kind::response:
      return take_response(message, exchange);
    case codec::incoming_kind::notification:
      return take_notification(message);
    case codec::incoming_kind::request:
      return refuse_request(message);
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
  } else if (options_.on_notification) {
    options_.on_notification(message.method, message.params ? message.params->view() : json_view{});
  }
}

void engine::refuse_request(const codec::incoming& message) {
  outgoing_message refusal{.written_as = options_.written_as};
  codec::write_error(refusal.text, refusal.written_as, message.id,
                     error{error_kind::method_not_found, "this client serves no methods"});
  link_->send(std::move(refusal));
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
  if (!opened_) {
    opened_ = true;
    opening_.set_value(reason);
  } else if (options_.on_closed) {
    options_.on_closed(reason);
  }
}

}  // namespace sidewire::client
