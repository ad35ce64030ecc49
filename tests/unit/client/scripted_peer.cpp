#include "scripted_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>

namespace sidewire::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;

class websocket_peer final : public peer_connection {
 public:
  websocket_peer(tcp::socket socket, peer_choice choice) : stream_{std::move(socket)} {
    beast::flat_buffer buffer;
    beast::http::read(stream_.next_layer(), buffer, handshake_);
    const std::string offer = header("Sec-WebSocket-Protocol");
    const std::string chosen =
        choice == peer_choice::first ? offer.substr(0, offer.find(',')) : "jsonrpc";
    stream_.set_option(
        websocket::stream_base::decorator{[chosen](websocket::response_type& answer) {
          answer.set(beast::http::field::sec_websocket_protocol, chosen);
        }});
    stream_.accept(handshake_);
  }

  std::string header(std::string_view name) override {
    return std::string{handshake_[beast::string_view{name.data(), name.size()}]};
  }
  std::string target() override { return std::string{handshake_.target()}; }

  void expect(std::string_view text) override {
    compare(text);
    if (!stream_.got_text()) throw std::runtime_error{"a text message was expected"};
  }
  void expect_binary(std::string_view bytes) override {
    compare(bytes);
    if (!stream_.got_binary()) throw std::runtime_error{"a binary message was expected"};
  }
  void send(std::string_view text) override {
    stream_.text(true);
    stream_.write(asio::buffer(text));
  }
  void send_binary(std::string_view bytes) override {
    stream_.binary(true);
    stream_.write(asio::buffer(bytes));
  }
  void close(std::uint16_t code, std::string_view reason) override {
    stream_.close({websocket::close_code{code}, beast::string_view{reason.data(), reason.size()}});
  }
  void expect_close() override {
    beast::error_code problem;
    while (!problem) {
      beast::flat_buffer buffer;
      stream_.read(buffer, problem);
      if (!problem && !is_acknowledgement(text_of(buffer))) break;
    }
    if (problem != websocket::error::closed || stream_.reason().code != 1000) {
      throw std::runtime_error{"a close frame was expected"};
    }
  }
  void drop() override {
    tcp::socket& socket = stream_.next_layer();
    socket.shutdown(tcp::socket::shutdown_send);
    // A socket that is closed with unread bytes would take back what was sent.
    std::string rest;
    beast::error_code ended;
    asio::read(socket, asio::dynamic_buffer(rest), ended);
    socket.close();
  }

 private:
  static std::string_view text_of(const beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
  }
  static bool is_acknowledgement(std::string_view text) {
    return text.find(R"("method":"session.ack")") != text.npos;
  }
  void compare(std::string_view expected) {
    beast::flat_buffer buffer;
    do {
      buffer.clear();
      stream_.read(buffer);
    } while (is_acknowledgement(text_of(buffer)));
    const std::string_view came = text_of(buffer);
    if (came != expected) throw std::runtime_error{"the client sent " + std::string{came}};
  }

  beast::http::request<beast::http::string_body> handshake_;
  websocket::stream<tcp::socket> stream_;
};

}  // namespace

class scripted_peer::implementation {
 public:
  explicit implementation(std::vector<std::function<void(tcp::socket)>> serve)
      : acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
        thread_{[this, serve = std::move(serve)] {
          try {
            for (const auto& one : serve) one(acceptor_.accept());
          } catch (const std::exception& failed) {
            failure_ = failed.what();
          }
        }} {}
  ~implementation() { finish(); }

  std::string url() const {
    return "ws://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  std::string finish() {
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::string failure_;  // the thread's until it is joined
  std::thread thread_;
};

scripted_peer::scripted_peer(std::unique_ptr<implementation> made)
    : implementation_{std::move(made)} {}

scripted_peer::scripted_peer(std::vector<script> dialogues, peer_choice choice) {
  std::vector<std::function<void(tcp::socket)>> serve;
  for (script& dialogue : dialogues) {
    serve.emplace_back([dialogue = std::move(dialogue), choice](tcp::socket socket) {
      websocket_peer peer{std::move(socket), choice};
      dialogue(peer);
    });
  }
  implementation_ = std::make_unique<implementation>(std::move(serve));
}

scripted_peer::~scripted_peer() = default;

std::string scripted_peer::url() const {
  return implementation_->url();
}

std::string scripted_peer::finish() {
  return implementation_->finish();
}

std::unique_ptr<scripted_peer> scripted_peer::refusing(std::string response) {
  const auto refuse = [response](tcp::socket socket) {
    std::string asked;
    asio::read_until(socket, asio::dynamic_buffer(asked), "\r\n\r\n");
    asio::write(socket, asio::buffer(response));
  };
  auto made =
      std::make_unique<implementation>(std::vector<std::function<void(tcp::socket)>>{refuse});
  return std::unique_ptr<scripted_peer>{new scripted_peer{std::move(made)}};
}

}  // namespace sidewire::test
