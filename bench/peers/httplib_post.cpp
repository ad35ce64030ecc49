// The same dispatcher and JSON as sidewire's, behind cpp-httplib's server: a thread a connection,
// as that library has it, each with a dispatcher of its own. Whoever connects may call.
#include <httplib.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <limits>
#include <string>

#include "lone_dispatcher.hpp"

namespace {

namespace rpc = sidewire::rpc;
using sidewire::base::buffer;

/// More than the bench has connections: each keeps its thread for as long as it lives.
constexpr std::size_t thread_count = 64;

/// Answers one request at a time, on one thread.
class answerer final : public rpc::caller {
 public:
  answerer() { authenticated(sidewire::bench::lone_dispatcher::anybody()); }

  std::string answer(std::string_view request) {
    received_.append(request);  // with room behind it, which the reader may look at
    dispatcher_.get().handle(*this, received_.view(), sidewire::format::json);
    received_.clear();
    std::string answered{sent_.view()};
    sent_.clear();
    return answered;
  }

  buffer& begin_message(sidewire::format) override { return sent_; }
  void end_message() override {}
  void drop_message() override { sent_.clear(); }
  bool has_room() const noexcept override { return true; }
  bool takes_msgpack() const noexcept override { return false; }
  void authentication_failed() override {}

 private:
  boost::asio::io_context context_{1};
  sidewire::bench::lone_dispatcher dispatcher_{context_};
  buffer received_;
  buffer sent_;
};

}  // namespace

int main() {
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool{thread_count}; };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.Post("/rpc", [](const httplib::Request& request, httplib::Response& response) {
    thread_local answerer here;
    response.set_content(here.answer(request.body), "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::printf("{\"event\":\"ready\",\"pid\":%d,\"port\":%d}\n", getpid(), port);
  std::fflush(stdout);
  return server.listen_after_bind() ? 0 : 1;
}
