#include "client/http_connection.hpp"

#include <httplib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/version.hpp"
#include "client/http_answer.hpp"

namespace sidewire::client {

namespace {

/// The client's thread keeps the deadline of each call; this bounds a wait that nobody ends.
constexpr std::chrono::hours max_wait{24};
constexpr const char* json_type = "application/json";
constexpr const char* msgpack_type = "application/msgpack";

/// A request that is given up must end in a reset: after a close alone, which may be a half close,
/// the server would finish the call for somebody who still reads.
template <class Base>
class resettable final : public Base {
 public:
  using Base::Base;

  /// Any thread. Waits while the connection is being made.
  void reset() {
    const std::lock_guard lock{this->socket_mutex_};
    if (!this->socket_.is_open()) return;
    // The bare system call, since ThreadSanitizer takes connect() for the descriptor's making.
    const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
    if (::syscall(SYS_connect, this->socket_.sock, &nobody, sizeof nobody) != 0) {
      ::shutdown(this->socket_.sock, SHUT_RDWR);  // a Unix socket
    }
  }
};

httplib::Request make_request(const endpoint& where, const client_options& options,
                              const outgoing_message& message) {
  const bool is_json = message.written_as == format::json;
  httplib::Request request;
  request.method = "POST";
  request.path = where.target;
  request.headers = {
      {"Host", host_header(where)},
      {"User-Agent", "sidewire/" + std::string{base::version}},
      {"Content-Type", is_json ? json_type : msgpack_type},
      {"Accept", is_json ? json_type : "application/msgpack, application/json"},
      {"Content-Length", std::to_string(message.text.size())},
  };
  if (!options.token.empty()) request.headers.emplace("Authorization", "Bearer " + options.token);
  request.content_length_ = message.text.size();
  return request;
}

http_response read_response(const httplib::Response& answer, base::buffer body) {
  const auto status = static_cast<unsigned>(answer.status);
  if (status != 200 && status != 202 && status != 204) {
    return {.failed = read_http_error(status, body.view())};
  }
  http_response made{.body = std::move(body)};
  const std::string type = answer.get_header_value("Content-Type");
  if (type.starts_with(msgpack_type)) {
    made.written_as = format::msgpack;
  } else if (!made.body.empty() && !type.starts_with(json_type)) {
    made.failed = read_http_error(status, {});
  }
  return made;
}

error explain(httplib::Error problem, const endpoint& where, const tls_verifier& verifier) {
  const std::string name = display_name(where);
  switch (problem) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return error{error_kind::unavailable, "cannot connect to " + name};
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: {
      const std::string refused = verifier.last_problem();
      return error{error_kind::unavailable,
                   refused.empty() ? "no TLS with " + name
                                   : "the server's certificate is not trusted: " + refused};
    }
    case httplib::Error::Canceled:
      return error{error_kind::request_cancelled, "the call was cancelled"};
    default:
      return error{error_kind::outcome_unknown, "the connection to " + name +
                                                    " ended before the answer came (" +
                                                    httplib::to_string(problem) + ')'};
  }
}

}  // namespace

http_connection::http_connection(const endpoint& where, const client_options& options)
    : where_{where}, options_{options}, verifier_{options.tls, where.host} {}

http_connection::~http_connection() = default;

void http_connection::stop() {
  const std::lock_guard lock{mutex_};
  if (reset_) reset_();
}

std::optional<error> http_connection::prepare() {
  if (http_) return {};
  std::unique_ptr<httplib::ClientImpl> made;
  std::function<void()> reset;
  if (where_.kind == endpoint_kind::tls) {
    auto secure = std::make_unique<resettable<httplib::SSLClient>>(where_.host, where_.port);
    secure->enable_server_certificate_verification(false);  // the verifier's own task
    if (auto installed = verifier_.install(secure->ssl_context()); !installed) {
      return installed.error();
    }
    reset = [raw = secure.get()] { raw->reset(); };
    made = std::move(secure);
  } else {
    auto plain = std::make_unique<resettable<httplib::ClientImpl>>(where_.host, where_.port);
    reset = [raw = plain.get()] { raw->reset(); };
    made = std::move(plain);
  }
  if (where_.kind == endpoint_kind::unix_socket) made->set_address_family(AF_UNIX);
  made->set_tcp_nodelay(where_.kind != endpoint_kind::unix_socket);
  made->set_keep_alive(true);
  made->set_connection_timeout(options_.limits.connect_timeout);
  made->set_read_timeout(max_wait);
  made->set_write_timeout(max_wait);
  const std::lock_guard lock{mutex_};
  http_ = std::move(made);
  reset_ = std::move(reset);
  return {};
}

http_response http_connection::exchange(const outgoing_message& message,
                                        const std::function<bool()>& wanted) {
  if (auto refused = prepare()) return {.failed = std::move(refused)};
  httplib::Request request = make_request(where_, options_, message);
  request.content_provider_ = [&message, &wanted](std::size_t at, std::size_t length,
                                                  httplib::DataSink& sink) {
    return wanted() && sink.write(message.text.data() + at, length);
  };
  base::buffer body;
  bool too_large = false;
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = size > options_.limits.max_message_bytes - body.size();
    if (!too_large) body.append({data, size});
    return !too_large;
  };
  httplib::Response answer;
  httplib::Error problem = httplib::Error::Success;
  if (http_->send(request, answer, problem)) return read_response(answer, std::move(body));
  if (too_large) {
    return {.failed = error{error_kind::response_too_large,
                            "the answer is larger than this client takes"}};
  }
  return {.failed = explain(problem, where_, verifier_)};
}

}  // namespace sidewire::client
