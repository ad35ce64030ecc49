#include "client/websocket_connection.hpp"

#include <utility>

#include "client/websocket.hpp"

namespace sidewire::client {

namespace {

constexpr std::string_view json_subprotocol = "sidewire.1.json";
constexpr std::string_view msgpack_subprotocol = "sidewire.1.msgpack";

class websocket_connection final : public connection,
                                   public std::enable_shared_from_this<websocket_connection>,
                                   private websocket_user {
 public:
  websocket_connection(boost::asio::io_context& context, const endpoint& where,
                       const client_options& options, sessions_wanted wanted,
                       client_session& session, connection_user& user)
      : subprotocol_{options.written_as == format::json ? json_subprotocol : msgpack_subprotocol},
        session_{session},
        user_{&user} {
    websocket_settings settings;
    settings.subprotocols = subprotocol_;
    if (wanted == sessions_wanted::if_any) settings.subprotocols += ", jsonrpc";
    socket_ = create_websocket(context, where, options, std::move(settings), *this);
  }
  ~websocket_connection() override { socket_->abandon(); }

  void open() override { socket_->open(); }
  void tell(connection_user& user) override { user_ = &user; }
  void probe(shared_message ping) override { write(std::move(ping)); }
  void ask(const session_opening& how) override {
    has_asked_ = true;
    write(how.message);
  }
  void send() override {
    has_session_ = true;
    write_next();
  }
  void close() override { socket_->close(); }
  void abandon() override {
    const auto kept = std::move(itself_);
    user_ = nullptr;
    socket_->abandon();
  }
  void dismiss(shared_message end) override {
    user_ = nullptr;
    if (!has_asked_) return socket_->abandon();
    itself_ = shared_from_this();
    write(std::move(end));
    socket_->close();
  }

 private:
  void write(shared_message own) {
    waiting_ = std::move(own);
    if (!is_writing_) write_next();
  }

  void write_next() {
    if (is_writing_) return;
    shared_message next = std::exchange(waiting_, nullptr);
    is_of_session_ = !next;
    if (!next && has_session_ && user_ != nullptr) next = session_.next();
    if (!next) return;
    is_writing_ = true;
    socket_->write(std::move(next));
  }

  void on_connected(std::string_view chosen) override {
    if (user_ == nullptr) return;
    if (chosen == subprotocol_) return user_->on_connected();
    socket_->abandon();
    std::exchange(user_, nullptr)->on_no_sessions();
  }
  void on_received(std::string_view text, format written_as) override {
    if (user_ != nullptr) user_->on_received(text, written_as);
  }
  void on_written() override {
    const auto kept = shared_from_this();
    is_writing_ = false;
    if (is_of_session_ && user_ != nullptr) user_->on_written();
    write_next();
  }
  void on_ended(const connection_ending& why) override {
    const auto kept = std::move(itself_);
    if (user_ != nullptr) std::exchange(user_, nullptr)->on_ended(why);
  }

  std::string_view subprotocol_;
  client_session& session_;
  connection_user* user_;  // null once nobody wants to know
  std::shared_ptr<websocket> socket_;
  std::shared_ptr<connection> itself_;  // while it ends a session that nobody needs
  shared_message waiting_;              // of its own, before what the session has
  bool has_asked_ = false;
  bool has_session_ = false;
  bool is_writing_ = false;
  bool is_of_session_ = false;  // what is being written
};

}  // namespace

std::shared_ptr<connection> create_websocket_connection(
    boost::asio::io_context& context, const endpoint& where, const client_options& options,
    sessions_wanted wanted, client_session& session, connection_user& user) {
  return std::make_shared<websocket_connection>(context, where, options, wanted, session, user);
}

}  // namespace sidewire::client
