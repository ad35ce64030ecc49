#include "client/envelope_sender.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "client/envelope.hpp"
#include "client/http_answer.hpp"

namespace sidewire::client {

namespace {

/// The server answers at once.
constexpr std::chrono::seconds answer_timeout{10};
constexpr std::chrono::milliseconds retry_delay{50};
/// More failures in a row, and it is the transport that fails.
constexpr int max_failure_count = 4;

}  // namespace

envelope_sender::envelope_sender(boost::asio::io_context& context, const endpoint& where,
                                 const client_options& options, client_session& session,
                                 envelope_sender_user& user)
    : context_{context},
      where_{where},
      options_{options},
      session_{session},
      user_{user},
      timer_{context} {
  start_channel();
}

envelope_sender::~envelope_sender() {
  channel_->abandon();
}

void envelope_sender::start_channel() {
  if (channel_) channel_->abandon();
  channel_ = create_http_channel(context_, where_, options_, *this);
}

void envelope_sender::send() {
  if (is_busy_ || is_ended_) return;
  const auto next = session_.next_envelope();
  if (!next) return;
  is_busy_ = true;
  body_.clear();
  channel_->start({.method = "POST",
                   .target = where_.target,
                   .headers = {{"Content-Type", "application/json"},
                               {"Sidewire-Session", session_.resume_token()}},
                   .body = write_envelope(*next)});
  timer_.expires_after(answer_timeout);
  timer_.async_wait([this](boost::system::error_code aborted) {
    if (aborted) return;
    start_channel();
    retry({error_kind::unavailable, "a POST of the session is not answered"});
  });
}

void envelope_sender::on_body(std::string_view bytes) {
  if (body_.size() + bytes.size() <= max_answer_bytes) body_ += bytes;
}

void envelope_sender::on_failed(const error& reason) {
  retry(reason);
}

void envelope_sender::on_complete() {
  timer_.cancel();
  is_busy_ = false;
  if (take_answer()) user_.on_envelope_taken();
}

/// False where the POST did not bring the session on, and all is said.
bool envelope_sender::take_answer() {
  const auto answer = read_envelope(body_);
  const bool has_count = answer && answer->received;
  if (status_ == 202 && has_count && session_.envelope_taken(*answer->received)) {
    failure_count_ = 0;
    return true;
  }
  if (status_ == 409 && has_count && session_.envelope_refused(*answer->received)) {
    if (++failure_count_ < max_failure_count) {
      send();
      return false;
    }
  }
  if (status_ == 202 || has_count) {
    end({{error_kind::unavailable, "the server breaks the protocol of sessions"}});
    return false;
  }
  connection_ending why = read_http_refusal(status_, body_);
  if (why.close_code == 0 && status_ >= 500) {
    retry(why.reason);
    return false;
  }
  if (status_ == 413) {
    session_.give_up(why.reason);
  } else {
    session_.envelope_rejected();
  }
  end(std::move(why));
  return false;
}

void envelope_sender::retry(const error& reason) {
  timer_.cancel();
  if (++failure_count_ >= max_failure_count) return end({reason});
  is_busy_ = true;
  timer_.expires_after(failure_count_ * retry_delay);
  timer_.async_wait([this](boost::system::error_code aborted) {
    if (aborted) return;
    is_busy_ = false;
    session_.envelope_lost();
    send();
  });
}

void envelope_sender::end(connection_ending why) {
  timer_.cancel();
  is_busy_ = false;
  is_ended_ = true;
  user_.on_sending_ended(why);
}

}  // namespace sidewire::client
