#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <sidewire/client.hpp>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "client/byte_budget.hpp"
#include "client/endpoint.hpp"
#include "client/exchange_table.hpp"
#include "client/lifeline.hpp"
#include "client/link.hpp"
#include "client/subscription_table.hpp"
#include "codec/reader.hpp"
#include "protocol/id.hpp"

namespace sidewire::client {

/// The client over any link. Callers write their messages on their own threads (engine.cpp); one
/// thread of the client's own sends them, reads the answers and keeps the deadlines
/// (engine_thread.cpp), so that the tables and the link need no lock.
class engine final : public rpc_client, private link_user {
 public:
  explicit engine(client_options options, endpoint where);
  ~engine() override;

  /// Connects. Once, before anything else.
  result<void> open();

  result<json> call(std::string_view method, json_view params, call_options options) override;
  void async_call(std::string_view method, json_view params, call_options options,
                  completion done) override;
  std::vector<result<json>> batch(std::span<const batch_call> calls, call_options options) override;
  result<void> notify(std::string_view method, json_view params) override;
  result<subscription> subscribe(std::string topic, subscribe_options options,
                                 std::function<void(const topic_event&)> on_event) override;

 private:
  using message = std::shared_ptr<outgoing_message>;

  std::unique_ptr<link> create_link(client_transport transport);

  // Any thread.
  json encode(const type_description& type, const void* value,
              const call_options& options) const override;
  message new_message(std::size_t id_count, std::optional<format> written_as);
  message new_call(std::string_view method, json_view params, const call_options& options);
  exchange new_exchange(std::size_t count, call_options& options) const;
  void start(message written, exchange work, const call_options& options);
  answers start_and_wait(message written, exchange work, const call_options& options);
  std::optional<error> admit(outgoing_message& written, exchange& work);
  void run(std::function<void()> task);
  void check_not_within_handler() const;

  // The client's thread.
  void begin(message written, exchange work, std::stop_token cancel);
  void cancel(exchange_id id);
  void keep_deadlines();
  void on_deadline();
  void call_for_subscriptions(std::string_view method, const json& params,
                              std::function<void(const result<json>&)> done);
  void take(const codec::incoming& message, exchange_id exchange);
  void take_response(const codec::incoming& message, exchange_id exchange);
  void take_notification(const codec::incoming& message);
  void take_request(const codec::incoming& message);
  void answer(const protocol::id& request, std::uint64_t session, const result<json>& outcome);
  void tell_state(connection_state state, const error* reason);
  void tell_transport(transport_use use);

  void on_open() override;
  void on_break(const error& reason) override;
  void on_session_lost(const error& reason) override;
  void on_sending(exchange_id exchange) override;
  void on_unsent(exchange_id exchange) override;
  void on_sent(exchange_id exchange) override;
  void on_message(std::string_view text, format written_as, exchange_id exchange) override;
  void on_failed(exchange_id exchange, const error& reason) override;
  void on_closed(const error& reason) override;
  void on_no_sessions(client_transport instead) override;
  void on_transport(session_transport transport, const transport_failures& failures) override;

  const client_options options_;
  const endpoint where_;
  byte_budget unsent_;
  std::atomic<exchange_id> next_id_ = 1;
  std::atomic<std::size_t> in_flight_ = 0;

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  std::shared_ptr<lifeline> lifeline_;
  boost::asio::steady_timer deadline_timer_;
  time_point armed_for_ = time_point::max();
  codec::reader reader_;
  exchange_table waiting_;
  subscription_table subscriptions_;
  std::uint64_t session_number_ = 1;  // of the sessions that this client had
  std::optional<error> lost_;         // why the session before was lost, until it is told
  std::optional<error> ended_;        // why nothing can be called any more
  std::promise<result<void>> opening_;
  bool opened_ = false;
  client_transport transport_;  // in use, once anything is
  std::unique_ptr<link> link_;
  std::unique_ptr<link> former_link_;  // that found no sessions
  std::thread thread_;
};

}  // namespace sidewire::client
