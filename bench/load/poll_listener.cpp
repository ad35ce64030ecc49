// A listener by long polls: it asks again as soon as it has an answer, and by that acknowledges it.
#include <stdexcept>
#include <string>

#include "load/envelope.hpp"
#include "load/greeting.hpp"
#include "load/listener.hpp"
#include "load/message_stream.hpp"
#include "load/requests.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;

class poll_listener final : public listener {
 public:
  poll_listener(const options& wanted, upload_line& uploads) : socket_{wanted.port, 0} {
    const std::string target = wanted.path + "?poll=25";
    socket_.send_all(get_request(wanted, target));
    const std::string resume_token = member_of(hear("session.started"), "resumeToken");
    request_head_ = get_request(
        wanted, target, concat({"Sidewire-Session: ", resume_token, "\r\nSidewire-Received: "}));
    request_head_.resize(request_head_.size() - line_end.size());
    uploads.post(resume_token, first_envelope(first_request(wanted)));
    acknowledge();
    hear(first_result(wanted));
    uploads.wait_for_answers();
    acknowledge();
    socket_.set_non_blocking();
  }

  int descriptor() const override { return socket_.descriptor(); }

  void receive(std::span<char> shared, std::uint64_t& clock, const taker& take) override {
    stream_.receive(socket_, shared, clock, [&](const received_answer& answer) {
      if (!waits_) throw std::runtime_error{"an answer to no poll"};
      waits_ = false;
      take_all(read_envelope(answer.payload), take);
    });
    if (!waits_) acknowledge();
  }

  /// By asking; a poll that waits has done so already.
  void acknowledge() override {
    if (waits_) return;
    const std::string request =
        concat({request_head_, std::to_string(received_), line_end, line_end});
    if (socket_.send_some(request) != request.size())
      throw std::runtime_error{"no room for a poll"};
    waits_ = true;
  }

 private:
  static constexpr std::string_view line_end = "\r\n";

  void take_all(const envelope& brought, const taker& take) {
    std::uint64_t number = brought.first;
    for (const std::string_view message : brought.messages) {
      if (!is_session_message(message)) {
        if (number++ != ++received_)
          throw std::runtime_error{"a number was passed over or repeated"};
      } else if (!is_opening_) {
        continue;
      }
      take(message);
    }
  }

  /// The first message of the next answer, which has to contain `expected`.
  std::string hear(std::string_view expected) {
    std::string heard;
    char bytes[read_bytes];
    std::uint64_t clock = 0;
    waits_ = true;
    while (heard.empty()) {
      stream_.receive(socket_, bytes, clock, [&](const received_answer& answer) {
        waits_ = false;
        take_all(read_envelope(answer.payload), [&](std::string_view message) { heard = message; });
      });
    }
    is_opening_ = false;
    if (heard.find(expected) != std::string::npos) return heard;
    throw std::runtime_error{concat({"not ", expected, ": ", heard})};
  }

  socket socket_;
  message_stream stream_{transport::poll};
  std::string request_head_;
  std::uint64_t received_ = 0;
  bool waits_ = false;      // whether a poll is unanswered
  bool is_opening_ = true;  // whether the session's own messages are listened to
};

}  // namespace

std::unique_ptr<listener> listen_by_polls(const options& wanted, upload_line& uploads) {
  return std::make_unique<poll_listener>(wanted, uploads);
}

}  // namespace sidewire::bench
