#include "client/plain_link.hpp"

#include <deque>
#include <utility>

#include "client/cancel_request.hpp"
#include "client/websocket.hpp"

namespace sidewire::client {

namespace {

class plain_link final : public link, private websocket_user {
 public:
  plain_link(boost::asio::io_context& context, const endpoint& where, const client_options& options,
             link_user& user)
      : options_{options}, user_{user} {
    websocket_settings settings{.subprotocols = "jsonrpc",
                                .authorization = {},
                                .silence_timeout = options.limits.silence_timeout};
    if (!options.token.empty()) settings.authorization = "Bearer " + options.token;
    connection_ = create_websocket(context, where, options, std::move(settings), *this);
  }
  ~plain_link() override { connection_->abandon(); }

  void open() override { connection_->open(); }

  void send(shared_message message) override {
    if (state_ == state::ended) return;
    queue_.push_back(std::move(message));
    if (queue_.size() == 1 && state_ != state::connecting) write();
  }

  cancelling cancel(exchange_id first, std::size_t count) override {
    for (exchange_id call = first; call != first + count; ++call) {
      send(cancel_request(call, options_.written_as));
    }
    return cancelling::asked;
  }

  void close() override { connection_->close(); }

 private:
  enum class state { connecting, open, ended };

  void write() {
    user_.on_sending(queue_.front()->exchange);
    connection_->write(queue_.front());
  }

  void on_connected(std::string_view) override {
    state_ = state::open;
    user_.on_open();
    if (!queue_.empty()) write();
  }
  void on_received(std::string_view text, format written_as) override {
    user_.on_message(text, written_as, no_exchange);
  }
  void on_written() override {
    const exchange_id written = queue_.front()->exchange;
    queue_.pop_front();
    user_.on_sent(written);
    if (!queue_.empty()) write();
  }
  void on_ended(const connection_ending& why) override {
    state_ = state::ended;
    user_.on_closed(why.reason);
  }

  const client_options& options_;
  link_user& user_;
  std::shared_ptr<websocket> connection_;
  std::deque<shared_message> queue_;  // the first one is being written
  state state_ = state::connecting;
};

}  // namespace

std::unique_ptr<link> create_plain_link(boost::asio::io_context& context, const endpoint& where,
                                        const client_options& options, link_user& user) {
  return std::make_unique<plain_link>(context, where, options, user);
}

}  // namespace sidewire::client
