#include "cutting_proxy.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sidewire::test {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

/// A client's connection and the one to the server: both end together.
class pair : public std::enable_shared_from_this<pair> {
 public:
  /// `forbidden` is looked at with each chunk that goes up, and outlives the pair.
  pair(tcp::socket client, cut_points cut, const std::vector<std::string>& forbidden)
      : client_{std::move(client)},
        server_{client_.get_executor()},
        cut_{cut},
        forbidden_{forbidden} {}

  void start(std::uint16_t port) {
    server_.async_connect(
        tcp::endpoint{asio::ip::address_v4::loopback(), port},
        [self = shared_from_this()](error_code problem) {
          if (problem) return self->end();
          error_code ignored;
          self->client_.set_option(tcp::no_delay{true}, ignored);
          self->server_.set_option(tcp::no_delay{true}, ignored);
          self->pump(self->client_, self->server_, self->up_, self->cut_.up_bytes);
          self->pump(self->server_, self->client_, self->down_, self->cut_.down_bytes);
        });
  }
  void end() {
    error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
  }

 private:
  using chunk = std::array<char, 16 * 1024>;

  void pump(tcp::socket& from, tcp::socket& to, chunk& bytes, std::size_t& left) {
    from.async_read_some(asio::buffer(bytes), [this, self = shared_from_this(), &from, &to, &bytes,
                                               &left](error_code problem, std::size_t size) {
      if (problem || (&from == &client_ && is_forbidden({bytes.data(), size}))) return end();
      const std::size_t passed = std::min(size, left);
      left -= passed;
      asio::async_write(to, asio::buffer(bytes, passed),
                        [this, self, &from, &to, &bytes, &left](error_code failed, std::size_t) {
                          if (failed || left == 0) return end();
                          pump(from, to, bytes, left);
                        });
    });
  }

  /// A client writes its requests at once, so that none is spread over chunks.
  bool is_forbidden(std::string_view chunk) const {
    return std::any_of(forbidden_.begin(), forbidden_.end(), [chunk](const std::string& text) {
      return chunk.find(text) != std::string_view::npos;
    });
  }

  tcp::socket client_;
  tcp::socket server_;
  cut_points cut_;
  const std::vector<std::string>& forbidden_;
  chunk up_;
  chunk down_;
};

}  // namespace

class cutting_proxy::implementation {
 public:
  implementation(std::uint16_t target_port, std::function<cut_points()> next)
      : target_port_{target_port},
        next_{std::move(next)},
        acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
        port_{acceptor_.local_endpoint().port()} {
    accept();
    thread_ = std::thread{[this] { context_.run(); }};
  }
  ~implementation() {
    on_thread([this] {
      acceptor_.close();
      break_each();
    });
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  std::size_t connection_count() const { return connection_count_; }

  void block() {
    on_thread([this] {
      is_blocked_ = true;
      break_each();
    });
  }
  void forbid(std::vector<std::string> texts) {
    on_thread([this, &texts] { forbidden_ = std::move(texts); });
  }
  void break_all() {
    on_thread([this] { break_each(); });
  }
  void open(std::uint16_t target_port) {
    on_thread([this, target_port] {
      is_blocked_ = false;
      target_port_ = target_port;
    });
  }

 private:
  void on_thread(const std::function<void()>& task) {
    std::promise<void> done;
    asio::post(context_, [&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  void accept() {
    acceptor_.async_accept([this](error_code problem, tcp::socket client) {
      if (problem) return;
      ++connection_count_;
      std::erase_if(pairs_, [](const auto& known) { return known.expired(); });
      if (!is_blocked_) {
        const auto made = std::make_shared<pair>(std::move(client), next_(), forbidden_);
        pairs_.push_back(made);
        made->start(target_port_);
      }
      accept();
    });
  }

  void break_each() {
    for (const auto& known : pairs_) {
      if (const auto alive = known.lock()) alive->end();
    }
  }

  asio::io_context context_{1};
  std::uint16_t target_port_;
  bool is_blocked_ = false;
  std::function<cut_points()> next_;
  std::vector<std::string> forbidden_;
  std::vector<std::weak_ptr<pair>> pairs_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::atomic<std::size_t> connection_count_ = 0;
  std::thread thread_;
};

cutting_proxy::cutting_proxy(std::uint16_t target_port, std::function<cut_points()> next)
    : implementation_{std::make_unique<implementation>(target_port, std::move(next))} {}

cutting_proxy::~cutting_proxy() = default;

std::string cutting_proxy::url() const {
  return "http://127.0.0.1:" + std::to_string(implementation_->port());
}

std::size_t cutting_proxy::connection_count() const {
  return implementation_->connection_count();
}

void cutting_proxy::block() {
  implementation_->block();
}

void cutting_proxy::forbid(std::vector<std::string> texts) {
  implementation_->forbid(std::move(texts));
}

void cutting_proxy::break_all() {
  implementation_->break_all();
}

void cutting_proxy::open(std::uint16_t target_port) {
  implementation_->open(target_port);
}

}  // namespace sidewire::test
