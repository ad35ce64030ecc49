#include "client/post_link.hpp"

#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/version.hpp"
#include "client/http_answer.hpp"
#include "client/thread_signals.hpp"
#include "client/tls_verifier.hpp"

namespace sidewire::client {

namespace {

using runner = std::function<void(std::function<void()>)>;

/// The client's thread keeps the deadline of each call; this bounds a read that nobody waits for.
constexpr std::chrono::hours max_read_wait{24};
constexpr std::string_view json_type = "application/json";
constexpr std::string_view msgpack_type = "application/msgpack";

/// What became of one request.
struct response {
  base::buffer body = {};
  format written_as = format::json;
  std::optional<error> failed = {};
};

/// One connection: an HTTP client that is made when it is first needed. `exchange` its own thread,
/// `stop` any thread.
class connection {
 public:
  connection(const endpoint& where, const client_options& options)
      : where_{where}, options_{options}, verifier_{options.tls, where.host} {}

  /// Sends one message and waits for its answer. `wanted` is asked just before anything is written.
  response exchange(const outgoing_message& message, const std::function<bool()>& wanted);
  /// Ends the request that is being made, if any.
  void stop() {
    const std::lock_guard lock{mutex_};
    if (http_) http_->stop();
  }

 private:
  std::optional<error> prepare();
  httplib::Request make_request(const outgoing_message& message,
                                const std::function<bool()>& wanted) const;
  response read(const httplib::Response& answer, base::buffer body) const;
  error explain(httplib::Error problem) const;

  const endpoint& where_;
  const client_options& options_;
  tls_verifier verifier_;
  std::mutex mutex_;
  std::unique_ptr<httplib::ClientImpl> http_;  // replaced under mutex_
};

std::optional<error> connection::prepare() {
  if (http_) return {};
  std::unique_ptr<httplib::ClientImpl> made;
  if (where_.kind == endpoint_kind::tls) {
    auto secure = std::make_unique<httplib::SSLClient>(where_.host, where_.port);
    secure->enable_server_certificate_verification(false);  // the verifier's own task
    if (auto installed = verifier_.install(secure->ssl_context()); !installed) {
      return installed.error();
    }
    made = std::move(secure);
  } else {
    made = std::make_unique<httplib::ClientImpl>(where_.host, where_.port);
  }
  if (where_.kind == endpoint_kind::unix_socket) made->set_address_family(AF_UNIX);
  made->set_keep_alive(true);
  made->set_tcp_nodelay(where_.kind != endpoint_kind::unix_socket);
  made->set_connection_timeout(options_.limits.connect_timeout);
  made->set_read_timeout(max_read_wait);
  made->set_write_timeout(max_read_wait);
  const std::lock_guard lock{mutex_};
  http_ = std::move(made);
  return {};
}

httplib::Request connection::make_request(const outgoing_message& message,
                                          const std::function<bool()>& wanted) const {
  const bool is_json = message.written_as == format::json;
  httplib::Request request;
  request.method = "POST";
  request.path = where_.target;
  request.headers = {
      {"Host", host_header(where_)},
      {"User-Agent", "sidewire/" + std::string{base::version}},
      {"Content-Type", std::string{is_json ? json_type : msgpack_type}},
      {"Accept",
       is_json ? std::string{json_type} : std::string{msgpack_type}.append(", ").append(json_type)},
      {"Content-Length", std::to_string(message.text.size())},
  };
  if (!options_.token.empty()) {
    request.headers.emplace("Authorization", "Bearer " + options_.token);
  }
  request.content_length_ = message.text.size();
  request.content_provider_ = [&message, &wanted](std::size_t at, std::size_t length,
                                                  httplib::DataSink& sink) {
    return wanted() && sink.write(message.text.data() + at, length);
  };
  return request;
}

response connection::exchange(const outgoing_message& message,
                              const std::function<bool()>& wanted) {
  if (auto refused = prepare()) return {.failed = std::move(refused)};
  httplib::Request request = make_request(message, wanted);
  base::buffer body;
  bool too_large = false;
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = size > options_.limits.max_message_bytes - body.size();
    if (!too_large) body.append({data, size});
    return !too_large;
  };
  httplib::Response answer;
  httplib::Error problem = httplib::Error::Success;
  if (http_->send(request, answer, problem)) return read(answer, std::move(body));
  if (too_large) {
    return {.failed = error{error_kind::response_too_large,
                            "the answer is larger than this client takes"}};
  }
  return {.failed = explain(problem)};
}

response connection::read(const httplib::Response& answer, base::buffer body) const {
  if (answer.status != 200 && answer.status != 202 && answer.status != 204) {
    return {.failed = read_http_error(static_cast<unsigned>(answer.status), body.view())};
  }
  response made{.body = std::move(body)};
  const std::string type = answer.get_header_value("Content-Type");
  if (type.starts_with(msgpack_type)) {
    made.written_as = format::msgpack;
  } else if (!made.body.empty() && !type.starts_with(json_type)) {
    made.failed = read_http_error(static_cast<unsigned>(answer.status), {});
  }
  return made;
}

error connection::explain(httplib::Error problem) const {
  const std::string where = display_name(where_);
  switch (problem) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return error{error_kind::unavailable, "cannot connect to " + where};
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: {
      const std::string refused = verifier_.last_problem();
      return error{error_kind::unavailable,
                   refused.empty() ? "no TLS with " + where
                                   : "the server's certificate is not trusted: " + refused};
    }
    case httplib::Error::Canceled:
      return error{error_kind::request_cancelled, "the call was cancelled"};
    default:
      return error{error_kind::outcome_unknown, "the connection to " + where +
                                                    " ended before the answer came (" +
                                                    httplib::to_string(problem) + ')'};
  }
}

class post_link final : public link {
 public:
  post_link(endpoint where, const client_options& options, link_user& user, runner run_on_client)
      : where_{std::move(where)},
        options_{options},
        user_{user},
        run_on_client_{std::move(run_on_client)} {}

  ~post_link() override { finish_workers(); }

  void open() override { user_.on_open(); }

  void send(outgoing_message message) override {
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    user_.on_sending(message.exchange);
    queue_.push_back(std::move(message));
    if (idle_ < queue_.size() && workers_.size() < options_.limits.max_post_connections) {
      auto& added = workers_.emplace_back(std::make_unique<worker>(where_, options_));
      added->thread = std::thread{[this, &self = *added] { work(self); }};
    }
    wake_.notify_one();
  }

  void cancel(exchange_id exchange, std::size_t) override {
    const std::lock_guard lock{mutex_};
    std::erase_if(queue_, [exchange](const auto& queued) { return queued.exchange == exchange; });
    for (const auto& one : workers_) {
      if (one->current == exchange) abandon(*one);
    }
  }
  bool answers_cancelled_calls() const noexcept override { return false; }

  void close() override {
    {
      const std::lock_guard lock{mutex_};
      if (std::exchange(closed_, true)) return;
      queue_.clear();
      for (const auto& one : workers_) abandon(*one);
    }
    wake_.notify_all();
    user_.on_closed(error{error_kind::unavailable, "the client was closed"});
  }

 private:
  struct worker {
    worker(const endpoint& where, const client_options& options) : http{where, options} {}
    connection http;
    exchange_id current = no_exchange;  // guarded by mutex_; no_exchange: nobody waits any more
    bool writing = false;               // guarded by mutex_; the request has begun to leave
    std::thread thread;
  };

  /// While a worker still connects, stopping it would wait for that: it then asks `wanted` itself.
  static void abandon(worker& one) {
    if (one.current != no_exchange && one.writing) one.http.stop();
    one.current = no_exchange;
  }

  void work(worker& self) {
    block_signals_of_this_thread();
    while (auto message = next(self)) {
      const exchange_id exchange = message->exchange;
      auto answer = std::make_shared<response>(
          self.http.exchange(*message, [this, &self, exchange] { return wanted(self, exchange); }));
      message.reset();
      run_on_client_([this, exchange, answer] { tell(exchange, *answer); });
    }
  }

  std::optional<outgoing_message> next(worker& self) {
    std::unique_lock lock{mutex_};
    ++idle_;
    wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    --idle_;
    if (closed_) return {};
    std::optional<outgoing_message> message{std::move(queue_.front())};
    queue_.pop_front();
    self.current = message->exchange;
    self.writing = false;
    return message;
  }

  bool wanted(worker& self, exchange_id exchange) {
    const std::lock_guard lock{mutex_};
    self.writing = self.current == exchange;
    return self.writing;
  }

  /// The client's thread. What nobody waits for any more is unknown to the user, which ignores it.
  void tell(exchange_id exchange, const response& answer) {
    if (answer.failed) return user_.on_failed(exchange, *answer.failed);
    if (!answer.body.empty()) user_.on_message(answer.body.view(), answer.written_as, exchange);
    user_.on_sent(exchange);
  }

  void finish_workers() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
      for (const auto& one : workers_) abandon(*one);
    }
    wake_.notify_all();
    for (const auto& one : workers_) one->thread.join();
  }

  endpoint where_;
  const client_options& options_;
  link_user& user_;
  runner run_on_client_;
  std::mutex mutex_;  // guards what follows, to the end of the queue
  std::condition_variable wake_;
  bool closed_ = false;
  std::size_t idle_ = 0;  // workers that wait for a message
  std::deque<outgoing_message> queue_;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace

std::unique_ptr<link> create_post_link(const endpoint& where, const client_options& options,
                                       link_user& user, runner run_on_client) {
  return std::make_unique<post_link>(where, options, user, std::move(run_on_client));
}

}  // namespace sidewire::client
