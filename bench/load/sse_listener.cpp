// Listeners on an event stream: a topic's own, where the GET is the subscription, and a session's,
// whose messages up go by POST. The session acknowledges after half of what the server keeps for
// it, or after many messages: each acknowledgement is a POST of its own.
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "load/envelope.hpp"
#include "load/event_reader.hpp"
#include "load/greeting.hpp"
#include "load/listener.hpp"
#include "load/requests.hpp"
#include "load/server_process.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::uint64_t acknowledged_by_post = 1000;

/// An event stream, blocking while it is opened.
class event_source {
 public:
  explicit event_source(const options& wanted) : socket_{wanted.port, 0} {
    socket_.send_all(get_request(wanted, wanted.path, "Accept: text/event-stream\r\n"));
  }

  int descriptor() const { return socket_.descriptor(); }
  void set_non_blocking() { socket_.set_non_blocking(); }

  /// Reads once; `take(const stream_event&)`.
  template <class Take>
  void receive(std::span<char> shared, std::uint64_t& clock, const Take& take) {
    const auto got = socket_.receive_some(shared);
    clock = now_nanoseconds();
    if (got.ended) throw std::runtime_error{"the server closed the connection"};
    reader_.read({shared.data(), got.count}, take);
  }

  void wait_for_head() {
    while (!reader_.has_begun()) {
      wait([](const stream_event&) {
        throw std::runtime_error{"a message that nothing asked for"};
      });
    }
  }

  /// The data of the next event, which comes alone and has to contain `expected`.
  std::string hear(std::string_view expected) {
    std::vector<std::string> heard;
    while (heard.empty()) {
      wait([&](const stream_event& event) { heard.emplace_back(event.data); });
    }
    if (heard.size() == 1 && heard.front().find(expected) != std::string::npos)
      return heard.front();
    throw std::runtime_error{concat({"not ", expected, " alone: ", heard.front()})};
  }

 private:
  template <class Take>
  void wait(const Take& take) {
    char bytes[read_bytes];
    std::uint64_t clock = 0;
    receive(bytes, clock, take);
  }

  socket socket_;
  event_reader reader_;
};

class topic_stream_listener final : public listener {
 public:
  explicit topic_stream_listener(const options& wanted) : source_{wanted} {
    source_.wait_for_head();
    source_.set_non_blocking();
  }

  int descriptor() const override { return source_.descriptor(); }
  void receive(std::span<char> shared, std::uint64_t& clock, const taker& take) override {
    source_.receive(shared, clock, [&](const stream_event& event) { take(event.data); });
  }
  void acknowledge() override {}

 private:
  event_source source_;
};

class session_stream_listener final : public listener {
 public:
  session_stream_listener(const options& wanted, upload_line& uploads, std::size_t index)
      : uploads_{uploads},
        source_{wanted},
        due_at_{acknowledged_by_post - index % acknowledged_by_post} {
    const std::string started = source_.hear("session.started");
    resume_token_ = member_of(started, "resumeToken");
    due_bytes_ = number_of(started, "resumeBufferBytes") / 2;
    uploads_.post(resume_token_, first_envelope(first_request(wanted)));
    source_.hear(first_result(wanted));
    uploads_.wait_for_answers();
    source_.set_non_blocking();
  }

  int descriptor() const override { return source_.descriptor(); }

  void receive(std::span<char> shared, std::uint64_t& clock, const taker& take) override {
    source_.receive(shared, clock, [&](const stream_event& event) {
      if (is_session_message(event.data)) return;
      if (event.id != ++received_) throw std::runtime_error{"a number was passed over or repeated"};
      unacknowledged_bytes_ += event.data.size();
      take(event.data);
    });
    if (received_ >= due_at_ || unacknowledged_bytes_ >= due_bytes_) acknowledge();
  }

  void acknowledge() override {
    uploads_.post(resume_token_, acknowledging_envelope(received_));
    due_at_ = received_ + acknowledged_by_post;
    unacknowledged_bytes_ = 0;
  }

 private:
  upload_line& uploads_;
  event_source source_;
  std::string resume_token_;
  std::uint64_t received_ = 1;  // the answer to the first request
  std::uint64_t due_at_;
  std::size_t unacknowledged_bytes_ = 0;
  std::size_t due_bytes_ = 0;
};

}  // namespace

std::unique_ptr<listener> listen_on_topic_stream(const options& wanted) {
  return std::make_unique<topic_stream_listener>(wanted);
}

std::unique_ptr<listener> listen_on_event_stream(const options& wanted, upload_line& uploads,
                                                 std::size_t index) {
  return std::make_unique<session_stream_listener>(wanted, uploads, index);
}

}  // namespace sidewire::bench
