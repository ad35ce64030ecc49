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
#include <thread>
#include <vector>

#include "client/byte_budget.hpp"
#include "client/endpoint.hpp"
#include "client/exchange_table.hpp"
#include "client/link.hpp"
#include "codec/reader.hpp"

namespace sidewire::client {

/// The client over any link. Callers write their messages on their own threads; one thread of the
/// client's own sends them, reads the answers and keeps the deadlines, so that the table and the
/// link need no lock.
class engine final : public rpc_client, private link_user {
 public:
  explicit engine(client_options options);
  ~engine() override;

  /// Connects. Once, before anything else.
  result<void> open(const endpoint& where);

  result<json> call(std::string_view method, json_view params, call_options options) override;
  void async_call(std::string_view method, json_view params, call_options options,
                  completion done) override;
  std::vector<result<json>> batch(std::span<const batch_call> calls, call_options options) override;
  result<void> notify(std::string_view method, json_view params) override;

 private:
  // Any thread.
  json encode(const type_description& type, const void* value,
              const call_options& options) const override;
  outgoing_message new_message(std::size_t id_count, std::optional<format> written_as);
  exchange new_exchange(std::size_t count, call_options& options) const;
  void start(outgoing_message message, exchange work, std::stop_token cancel);
  answers start_and_wait(outgoing_message message, exchange work, std::stop_token cancel);
  std::optional<error> admit(outgoing_message& message, exchange& work);
  void run(std::function<void()> task);

  // The client's thread.
  void begin(outgoing_message message, exchange work, std::stop_token cancel);
  void cancel(exchange_id id);
  void keep_deadlines();
  void on_deadline();
  void take(const codec::incoming& message, exchange_id exchange);
  void take_response(const codec::incoming& message, exchange_id exchange);
  void take_notification(const codec::incoming& message);
  void refuse_request(const codec::incoming& message);

  void on_open() override;
  void on_sending(exchange_id exchange) override;
  void on_sent(exchange_id exchange) override;
  void on_message(std::string_view text, format written_as, exchange_id exchange) override;
  void on_failed(exchange_id exchange, const error& reason) override;
  void on_closed(const error& reason) override;

  const client_options options_;
  byte_budget unsent_;
  std::atomic<exchange_id> next_id_ = 1;
  std::atomic<std::size_t> in_flight_ = 0;

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  boost::asio::steady_timer deadline_timer_;
  time_point armed_for_ = time_point::max();
  codec::reader reader_;
  exchange_table waiting_;
  std::optional<error> ended_;  // why nothing can be called any more
  std::promise<result<void>> opening_;
  bool opened_ = false;
  std::unique_ptr<link> link_;
  std::thread thread_;
};

}  // namespace sidewire::client
