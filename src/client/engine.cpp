#include "client/engine.hpp"

#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>

#include "client/call_meta.hpp"
#include "client/plain_link.hpp"
#include "client/post_link.hpp"
#include "client/session_link.hpp"
#include "client/thread_signals.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"

/// What callers do, on their own threads.
namespace sidewire::client {

namespace {

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

/// Ends a subscription when it is destroyed, and waits until nothing of it runs.
class held_subscription {
 public:
  held_subscription(std::shared_ptr<lifeline> to_client, std::thread::id client_thread,
                    std::function<void()> remove)
      : to_client_{std::move(to_client)},
        client_thread_{client_thread},
        remove_{std::move(remove)} {}
  held_subscription(const held_subscription&) = delete;
  held_subscription& operator=(const held_subscription&) = delete;

  ~held_subscription() {
    if (std::this_thread::get_id() == client_thread_) {
      // Another thread may have its id once it has ended.
      if (to_client_->is_there()) remove_();
      return;
    }
    const auto removed = std::make_shared<std::promise<void>>();
    const bool is_there = to_client_->run([remove = remove_, removed] {
      remove();
      removed->set_value();
    });
    if (is_there) removed->get_future().wait();
  }

 private:
  std::shared_ptr<lifeline> to_client_;
  std::thread::id client_thread_;
  std::function<void()> remove_;
};

}  // namespace

engine::engine(client_options options, endpoint where)
    : options_{std::move(options)},
      where_{std::move(where)},
      unsent_{options_.limits.max_unsent_bytes},
      keep_running_{context_.get_executor()},
      lifeline_{
          std::make_shared<lifeline>([this](std::function<void()> task) { run(std::move(task)); })},
      deadline_timer_{context_},
      reader_{options_.limits.max_depth},
      subscriptions_{[this](std::string_view method, const json& params, auto done) {
        call_for_subscriptions(method, params, std::move(done));
      }},
      transport_{options_.transport} {}

engine::~engine() {
  if (!thread_.joinable()) return;
  run([this] {
    if (!ended_) link_->close();
    keep_running_.reset();
  });
  thread_.join();
}

result<void> engine::open() {
  link_ = create_link(options_.transport);
  auto opened = opening_.get_future();
  thread_ = std::thread{[this] {
    block_signals_of_this_thread();
    context_.run();
    lifeline_->cut();
    context_.restart();
    context_.poll();  // what was asked for just before
  }};
  run([this] {
    tell_state(connection_state::connecting, nullptr);
    link_->open();
  });
  return opened.get();
}

std::unique_ptr<link> engine::create_link(client_transport transport) {
  switch (transport) {
    case client_transport::plain:
      return create_plain_link(context_, where_, options_, *this);
    case client_transport::post:
      return create_post_link(where_, options_, *this,
                              [this](std::function<void()> task) { run(std::move(task)); });
    default:
      return create_session_link(context_, where_, options_, *this);
  }
}

void engine::run(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

void engine::check_not_within_handler() const {
  if (std::this_thread::get_id() == thread_.get_id()) {
    throw std::logic_error{"a handler must not wait for its own client"};
  }
}

json engine::encode(const type_description& type, const void* value,
                    const call_options& options) const {
  const format as = options.written_as.value_or(options_.written_as);
  base::buffer text;
  codec::encode(text, as, type, value);
  return json{std::string{text.view()}, as};
}

engine::message engine::new_message(std::size_t id_count, std::optional<format> written_as) {
  auto made = std::make_shared<outgoing_message>();
  made->exchange = next_id_.fetch_add(id_count);
  made->written_as = written_as.value_or(options_.written_as);
  return made;
}

engine::message engine::new_call(std::string_view method, json_view params,
                                 const call_options& options) {
  message made = new_message(1, options.written_as);
  codec::write_request(made->text, made->written_as, id_of(made->exchange), method, params);
  return made;
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
  check_not_within_handler();
  std::promise<result<json>> answered;
  async_call(method, params, std::move(options),
             [&answered](result<json> outcome) { answered.set_value(std::move(outcome)); });
  return answered.get_future().get();
}

void engine::async_call(std::string_view method, json_view params, call_options options,
                        completion done) {
  const bool is_repeatable = !options.idempotency_key.empty();
  json with_key;
  if (is_repeatable) {
    auto made = with_idempotency_key(params, options.idempotency_key);
    if (!made) return run([done = std::move(done), reason = made.error()] { done(reason); });
    with_key = std::move(*made);
    params = with_key;
  }
  message written = new_call(method, params, options);
  exchange work = new_exchange(1, options);
  work.done = [done = std::move(done)](answers outcomes) { done(std::move(outcomes.front())); };
  if (is_repeatable) work.repeatable = written;
  start(std::move(written), std::move(work), options);
}

std::vector<result<json>> engine::batch(std::span<const batch_call> calls, call_options options) {
  if (calls.empty()) return {};
  message written = new_message(calls.size(), options.written_as);
  codec::write_batch_begin(written->text, written->written_as, calls.size());
  exchange_id id = written->exchange;
  for (const batch_call& call : calls) {
    if (id != written->exchange) codec::write_separator(written->text, written->written_as);
    codec::write_request(written->text, written->written_as, id_of(id++), call.method, call.params);
  }
  codec::write_batch_end(written->text, written->written_as);
  options.on_progress = {};
  return start_and_wait(std::move(written), new_exchange(calls.size(), options), options);
}

result<void> engine::notify(std::string_view method, json_view params) {
  call_options options;
  message written = new_message(1, {});
  codec::write_notification(written->text, written->written_as, method, params);
  const answers outcome = start_and_wait(std::move(written), new_exchange(0, options), options);
  if (!outcome.empty()) return outcome.front().error();
  return {};
}

result<subscription> engine::subscribe(std::string topic, subscribe_options options,
                                       std::function<void(const topic_event&)> on_event) {
  check_not_within_handler();
  const subscription_table::id number = next_id_++;
  const auto answered = std::make_shared<std::promise<result<void>>>();
  auto answer = answered->get_future();
  run([this, number, topic = std::move(topic), options = std::move(options),
       on_event = std::move(on_event), answered] {
    if (ended_) return answered->set_value(*ended_);
    subscriptions_.add(number, topic, options, on_event,
                       [answered](const result<void>& outcome) { answered->set_value(outcome); });
  });
  auto held = std::make_shared<held_subscription>(
      lifeline_, thread_.get_id(), [this, number] { subscriptions_.remove(number); });
  call_options usual;
  const time_point deadline = new_exchange(0, usual).deadline;
  if (deadline == time_point::max()) answer.wait();
  if (answer.wait_until(deadline) != std::future_status::ready) {
    held.reset();
    return error{error_kind::deadline_exceeded, "no answer came in time"};
  }
  if (auto outcome = answer.get(); !outcome) return outcome.error();
  return subscription{std::move(held)};
}

answers engine::start_and_wait(message written, exchange work, const call_options& options) {
  check_not_within_handler();
  std::promise<answers> answered;
  work.done = [&answered](answers outcomes) { answered.set_value(std::move(outcomes)); };
  start(std::move(written), std::move(work), options);
  return answered.get_future().get();
}

std::optional<error> engine::admit(outgoing_message& written, exchange& work) {
  if (in_flight_.fetch_add(1) >= options_.limits.max_calls_in_flight) {
    --in_flight_;
    return too_much("maxCallsInFlight", "too many calls wait for their answer");
  }
  work.done = [this, done = std::move(work.done)](answers outcomes) {
    --in_flight_;
    done(std::move(outcomes));
  };
  auto unsent = unsent_.take(written.text.size());
  if (!unsent) return too_much("maxUnsentBytes", "too many bytes wait to be sent");
  written.unsent = std::move(*unsent);
  return {};
}

void engine::start(message written, exchange work, const call_options& options) {
  if (auto refused = admit(*written, work)) {
    run([work = std::move(work), reason = std::move(*refused)] {
      work.done(answers(std::max<std::size_t>(work.count, 1), reason));
    });
    return;
  }
  boost::asio::post(context_, [this, written = std::move(written), work = std::move(work),
                               cancel = options.cancel]() mutable {
    begin(std::move(written), std::move(work), std::move(cancel));
  });
}

void engine::call_for_subscriptions(std::string_view method, const json& params,
                                    std::function<void(const result<json>&)> done) {
  message written = new_call(method, params, {});
  exchange work;
  work.done = [done = std::move(done)](const answers& outcomes) { done(outcomes.front()); };
  begin(std::move(written), std::move(work), {});
}

}  // namespace sidewire::client
