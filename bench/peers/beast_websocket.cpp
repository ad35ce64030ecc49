// The same dispatcher and JSON as sidewire's, on Boost.Beast's WebSocket instead of sidewire's own:
// what the transport alone is worth. The usual shape of a Beast server: read a message, answer it,
// one asynchronous write a message, in order. Whoever connects may call.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdio>
#include <deque>
#include <memory>

#include "lone_dispatcher.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace rpc = sidewire::rpc;
using sidewire::base::buffer;
using tcp = asio::ip::tcp;
using executor = asio::io_context::executor_type;
using socket_type = asio::basic_stream_socket<tcp, executor>;
using acceptor_type = asio::basic_socket_acceptor<tcp, executor>;

constexpr std::size_t max_message_bytes = 16 * 1024 * 1024;

/// One connection. Lives as long as a read or a write of its own is under way.
class session final : public rpc::caller, public std::enable_shared_from_this<session> {
 public:
  session(socket_type socket, rpc::dispatcher& dispatcher)
      : stream_{std::move(socket)}, dispatcher_{dispatcher} {
    authenticated(sidewire::bench::lone_dispatcher::anybody());
    stream_.read_message_max(max_message_bytes);
    stream_.auto_fragment(false);
  }

  void start() {
    stream_.async_accept([self = shared_from_this()](beast::error_code failed) {
      if (!failed) self->read();
    });
  }

  buffer& begin_message(sidewire::format as) override {
    outgoing_.push_back({as, {}});
    return outgoing_.back().bytes;
  }
  void end_message() override {
    if (outgoing_.size() == 1) write();
  }
  void drop_message() override { outgoing_.pop_back(); }
  bool has_room() const noexcept override { return true; }
  bool takes_msgpack() const noexcept override { return false; }
  void authentication_failed() override {}

 private:
  struct message {
    sidewire::format as;
    buffer bytes;
  };

  void read() {
    stream_.async_read(received_, [self = shared_from_this()](beast::error_code failed, auto) {
      if (failed) return self->end_calls(nullptr);
      self->handle();
      self->read();
    });
  }

  void handle() {
    received_.prepare(buffer::padding);  // what the reader may look at behind the message
    const auto bytes = received_.cdata();
    dispatcher_.handle(*this, {static_cast<const char*>(bytes.data()), bytes.size()},
                       stream_.got_text() ? sidewire::format::json : sidewire::format::msgpack);
    received_.clear();
  }

  void write() {
    const message& first = outgoing_.front();
    stream_.text(first.as == sidewire::format::json);
    stream_.async_write(asio::buffer(first.bytes.data(), first.bytes.size()),
                        [self = shared_from_this()](beast::error_code failed, auto) {
                          if (failed) return;
                          self->outgoing_.pop_front();
                          if (!self->outgoing_.empty()) self->write();
                        });
  }

  beast::websocket::stream<socket_type> stream_;
  rpc::dispatcher& dispatcher_;
  beast::flat_buffer received_;
  std::deque<message> outgoing_;  // the first is being written
};

void accept(acceptor_type& acceptor, rpc::dispatcher& dispatcher) {
  acceptor.async_accept([&](beast::error_code failed, socket_type socket) {
    if (!failed) {
      socket.set_option(tcp::no_delay{true});
      std::make_shared<session>(std::move(socket), dispatcher)->start();
    }
    accept(acceptor, dispatcher);
  });
}

}  // namespace

int main() {
  asio::io_context context{1};
  sidewire::bench::lone_dispatcher dispatcher{context};
  acceptor_type acceptor{context, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  accept(acceptor, dispatcher.get());
  std::printf("{\"event\":\"ready\",\"pid\":%d,\"port\":%u}\n", getpid(),
              acceptor.local_endpoint().port());
  std::fflush(stdout);
  context.run();
}
