#include "scripted_http_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>

namespace sidewire::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

class accepted_exchange final : public http_exchange {
 public:
  explicit accepted_exchange(tcp::socket socket) : socket_{std::move(socket)} {
    beast::flat_buffer buffer;
    beast::http::read(socket_, buffer, request_);
  }

  std::string line() const {
    return std::string{request_.method_string()} + ' ' + std::string{request_.target()};
  }
  std::string header(std::string_view name) override {
    return std::string{request_[beast::string_view{name.data(), name.size()}]};
  }
  std::string body() override { return request_.body(); }
  void expect(std::string_view body) override {
    if (request_.body() != body) throw std::runtime_error{"the client posted " + request_.body()};
  }
  void answer(unsigned status, std::string_view body, std::string_view type) override {
    send("HTTP/1.1 " + std::to_string(status) +
         " x\r\nConnection: close\r\nContent-Type: " + std::string{type} +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
  }
  void begin_events() override {
    send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n");
  }
  void send(std::string_view text) override { asio::write(socket_, asio::buffer(text)); }
  void drop() override { socket_.close(); }

 private:
  tcp::socket socket_;
  beast::http::request<beast::http::string_body> request_;
};

class accepting_peer final : public http_peer {
 public:
  explicit accepting_peer(tcp::acceptor& acceptor) : acceptor_{acceptor} {}

  std::unique_ptr<http_exchange> next(std::string_view begin) override {
    auto made = std::make_unique<accepted_exchange>(acceptor_.accept());
    if (!made->line().starts_with(begin)) {
      throw std::runtime_error{"the client asked for " + made->line()};
    }
    return made;
  }

 private:
  tcp::acceptor& acceptor_;
};

}  // namespace

class scripted_http_peer::implementation {
 public:
  explicit implementation(std::function<void(http_peer&)> script)
      : acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
        url_{"http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())},
        thread_{[this, script = std::move(script)] {
          try {
            accepting_peer peer{acceptor_};
            script(peer);
          } catch (const std::exception& failed) {
            failure_ = failed.what();
          }
          acceptor_.close();
        }} {}
  ~implementation() { finish(); }

  const std::string& url() const { return url_; }
  std::string finish() {
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::string url_;
  std::string failure_;  // the thread's until it is joined
  std::thread thread_;
};

scripted_http_peer::scripted_http_peer(std::function<void(http_peer&)> script)
    : implementation_{std::make_unique<implementation>(std::move(script))} {}

scripted_http_peer::~scripted_http_peer() = default;

std::string scripted_http_peer::url() const {
  return implementation_->url();
}

std::string scripted_http_peer::finish() {
  return implementation_->finish();
}

}  // namespace sidewire::test
