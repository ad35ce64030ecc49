#include <doctest/doctest.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <sidewire/client.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using sidewire::batch_call;
using sidewire::client_options;
using sidewire::client_transport;
using sidewire::error_kind;
using sidewire::format;
using sidewire::json;
using sidewire::json_view;
using sidewire::result;
using sidewire::rpc_client;

namespace {

using handler = std::function<void(const httplib::Request&, httplib::Response&)>;

/// An HTTP server on loopback whose `/rpc` is the handler.
class http_peer {
 public:
  explicit http_peer(handler answer, std::string unix_path = {}) : unix_path_{unix_path} {
    server_.Post("/rpc", std::move(answer));
    if (unix_path.empty()) {
      port_ = server_.bind_to_any_port("127.0.0.1");
    } else {
      server_.set_address_family(AF_UNIX);
      server_.bind_to_port(unix_path, 80);
    }
    thread_ = std::thread{[this] { server_.listen_after_bind(); }};
  }
  ~http_peer() {
    while (!server_.is_running()) std::this_thread::yield();
    server_.stop();
    thread_.join();
    if (!unix_path_.empty()) unlink(unix_path_.c_str());
  }

  std::unique_ptr<rpc_client> client(client_options options = {}) const {
    options.url =
        unix_path_.empty() ? "http://127.0.0.1:" + std::to_string(port_) : "unix:" + unix_path_;
    options.transport = client_transport::post;
    auto made = rpc_client::connect(std::move(options));
    REQUIRE(made);
    return std::move(*made);
  }

 private:
  httplib::Server server_;
  std::string unix_path_;
  int port_ = 0;
  std::thread thread_;
};

void answer_with(httplib::Response& response, const std::string& body) {
  response.set_content(body, "application/json");
}

/// The result `value` for the request's id, which must be a small number.
std::string answered(const httplib::Request& request, std::string_view value) {
  const auto at = request.body.find(R"("id":)") + 5;
  const std::string id = request.body.substr(at, request.body.find(',', at) - at);
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + std::string{value} + '}';
}

}  // namespace

TEST_CASE("post: a call is one request with the token and both media types") {
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
    const bool as_written =
        request.body == R"({"jsonrpc":"2.0","id":1,"method":"a","params":[1]})" &&
        request.get_header_value("Authorization") == "Bearer secret" &&
        request.get_header_value("Content-Type") == "application/json" &&
        request.get_header_value("Accept") == "application/json" &&
        request.get_header_value("Host").starts_with("127.0.0.1:");
    answer_with(response, answered(request, as_written ? R"({"x": 1.10})" : "null"));
  }};
  auto client = peer.client({.url = {}, .token = "secret"});
  CHECK(client->call("a", json_view{"[1]", format::json})->text() == R"({"x": 1.10})");
}

TEST_CASE("post: MessagePack goes and comes") {
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
    if (request.get_header_value("Content-Type") != "application/msgpack") return;
    response.set_content(std::string{"\x83\xA7jsonrpc\xA3"
                                     "2.0\xA2id\x01\xA6result\xC4\x01\x00",
                                     27},
                         "application/msgpack");
  }};
  auto client = peer.client({.url = {}, .written_as = format::msgpack});
  const auto answer = client->call<sidewire::bytes>("a");
  REQUIRE(answer);
  CHECK(answer->data == std::string{"\0", 1});
}

TEST_CASE("post: a refused request tells the server's own error") {
  http_peer peer{[](const httplib::Request&, httplib::Response& response) {
    response.status = 401;
    answer_with(response,
                R"({"jsonrpc":"2.0","id":null,"error":{"code":-32021,"message":"no token"}})");
  }};
  auto client = peer.client();
  const auto answer = client->call("a");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind() == error_kind::not_authenticated);
  CHECK(answer.error().message() == "no token");
  CHECK(client->notify("a").error().kind() == error_kind::not_authenticated);
}

TEST_CASE("post: an error without an id belongs to its request") {
  http_peer peer{[](const httplib::Request&, httplib::Response& response) {
    answer_with(response,
                R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"too deep"}})");
  }};
  CHECK(peer.client()->call("a").error().kind() == error_kind::parse_error);
}

TEST_CASE("post: something that is no sidewire server is told apart") {
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
    if (request.body.find("page") != std::string::npos) {
      response.set_content("<html>", "text/html");
    } else if (request.body.find("other") != std::string::npos) {
      answer_with(response, R"({"jsonrpc":"2.0","id":77,"result":1})");
    } else {
      answer_with(response, "nonsense");
    }
  }};
  auto client = peer.client();
  CHECK(client->call("page").error().kind() == error_kind::unavailable);
  CHECK(client->call("other").error().kind() == error_kind::outcome_unknown);
  CHECK(client->call("broken").error().kind() == error_kind::outcome_unknown);
}

TEST_CASE("post: a notification is done when the server took it") {
  std::atomic<int> taken = 0;
  http_peer peer{[&taken](const httplib::Request& request, httplib::Response& response) {
    if (request.body == R"({"jsonrpc":"2.0","method":"note"})") ++taken;
    response.status = 204;
  }};
  CHECK(peer.client()->notify("note"));
  CHECK(taken == 1);
}

TEST_CASE("post: a batch is one request") {
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
    if (!request.body.starts_with('[')) return;
    answer_with(response,
                R"([{"jsonrpc":"2.0","id":2,"result":2},{"jsonrpc":"2.0","id":1,"result":1}])");
  }};
  const std::vector<batch_call> calls{{.method = "a"}, {.method = "b"}};
  const auto answers = peer.client()->batch(calls);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0]->text() == "1");
  CHECK(answers[1]->text() == "2");
}

TEST_CASE("post: calls run side by side over connections of their own") {
  std::latch both_arrived{2};
  http_peer peer{[&](const httplib::Request& request, httplib::Response& response) {
    both_arrived.arrive_and_wait();
    answer_with(response, answered(request, "1"));
  }};
  auto client = peer.client();
  std::promise<result<json>> first;
  client->async_call("a", {}, {}, [&first](auto answer) { first.set_value(std::move(answer)); });
  CHECK(client->call("b").has_value());
  CHECK(first.get_future().get().has_value());
}

TEST_CASE("post: a cancelled call closes its connection and leaves the client usable") {
  const auto stop = std::make_shared<std::stop_source>();
  std::promise<void> cancelled;
  http_peer peer{[&cancelled, stop](const httplib::Request& request, httplib::Response& response) {
    if (request.body.find("long") != std::string::npos) {
      stop->request_stop();
      cancelled.get_future().wait();
    }
    answer_with(response, answered(request, "1"));
  }};
  auto client = peer.client();
  const auto answer = client->call("long", {}, {.cancel = stop->get_token()});
  cancelled.set_value();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind() == error_kind::request_cancelled);
  CHECK(client->call("short").has_value());
}

TEST_CASE("post: a call past its time fails") {
  std::promise<void> late;
  http_peer peer{[&late](const httplib::Request& request, httplib::Response& response) {
    late.get_future().wait();
    answer_with(response, answered(request, "1"));
  }};
  auto client = peer.client();
  CHECK(client->call("a", {}, {.timeout = 1ms}).error().kind() == error_kind::deadline_exceeded);
  late.set_value();
}

TEST_CASE("post: an answer beyond the bound fails its call alone") {
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
    const bool is_large = request.body.find("large") != std::string::npos;
    answer_with(response, answered(request, '"' + std::string(is_large ? 1000 : 1, 'x') + '"'));
  }};
  client_options options;
  options.limits.max_message_bytes = 500;
  auto client = peer.client(options);
  CHECK(client->call("large").error().kind() == error_kind::response_too_large);
  CHECK(client->call("small").has_value());
}

TEST_CASE("post: a Unix socket serves like a port") {
  const std::string path = "/tmp/sidewire-post-" + std::to_string(getpid()) + ".sock";
  http_peer peer{[](const httplib::Request& request, httplib::Response& response) {
                   const bool is_local = request.get_header_value("Host") == "localhost";
                   answer_with(response, answered(request, is_local ? "1" : "0"));
                 },
                 path};
  CHECK(peer.client()->call("a")->text() == "1");
}

TEST_CASE("post: a closed client fails what still waits") {
  std::promise<void> arrived, closed;
  std::promise<error_kind> outcome;
  http_peer peer{[&](const httplib::Request& request, httplib::Response& response) {
    arrived.set_value();
    closed.get_future().wait();
    answer_with(response, answered(request, "1"));
  }};
  auto client = peer.client();
  client->async_call("a", {}, {}, [&outcome](const auto& answer) {
    outcome.set_value(answer ? error_kind::application : answer.error().kind());
  });
  arrived.get_future().wait();
  client.reset();
  closed.set_value();
  CHECK(outcome.get_future().get() == error_kind::outcome_unknown);
}
