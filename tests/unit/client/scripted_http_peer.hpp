#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// The server's side of a session over HTTP, written as a dialogue:
///
///     scripted_http_peer peer{[](http_peer& client) {
///       auto stream = client.next("GET /rpc");
///       stream->begin_events();
///       stream->send("data: {…}\n\n");
///       client.next("POST /rpc")->answer(202, R"({"received":0})");
///     }};

namespace sidewire::test {

/// One request, as the script sees it, on a connection of its own.
class http_exchange {
 public:
  virtual ~http_exchange() = default;

  /// A header of the request, or "".
  virtual std::string header(std::string_view name) = 0;
  virtual std::string body() = 0;
  /// Throws where the body is another.
  virtual void expect(std::string_view body) = 0;
  virtual void answer(unsigned status, std::string_view body,
                      std::string_view type = "application/json") = 0;
  virtual void begin_events() = 0;
  /// A part of an event stream.
  virtual void send(std::string_view text) = 0;
  /// Ends the connection, with the answer as far as it has come.
  virtual void drop() = 0;
};

class http_peer {
 public:
  virtual ~http_peer() = default;

  /// Waits for the next request, which must begin so; throws where it begins otherwise.
  virtual std::unique_ptr<http_exchange> next(std::string_view begin) = 0;
};

/// Listens on a port of loopback and talks by its script, on a thread of its own. The destructor
/// waits for the script's end.
class scripted_http_peer {
 public:
  explicit scripted_http_peer(std::function<void(http_peer&)> script);
  ~scripted_http_peer();

  std::string url() const;
  /// Waits for the script's end: "" or what went otherwise than written.
  std::string finish();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace sidewire::test
