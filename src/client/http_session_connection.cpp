#include "client/http_session_connection.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "client/http_answer.hpp"
#include "codec/decode.hpp"
#include "codec/message.hpp"
#include "codec/reader.hpp"
#include "session/messages.hpp"

namespace sidewire::client {

namespace {

constexpr std::size_t max_refusal_bytes = 64 * 1024;

/// The secret of a session that has just begun; "" where the message begins none.
std::string resume_token_of(const carried_message& answer) {
  codec::reader reader{codec::max_depth_of_any_text};
  if (!reader.read(answer.text.view(), answer.written_as) || reader.is_batch()) return {};
  codec::incoming message;
  reader.read_single(message);
  session::started_params told;
  if (message.method != session::method::started || !message.params ||
      !codec::decode(*message.params, describe<session::started_params>(), &told)) {
    return {};
  }
  return told.resume_token;
}

}  // namespace

http_session_connection::http_session_connection(boost::asio::io_context& context,
                                                 const endpoint& where,
                                                 const client_options& options,
                                                 client_session& session, connection_user& user)
    : context_{context},
      where_{where},
      options_{options},
      session_{session},
      user_{&user},
      down_{create_http_channel(context, where, options, *this)},
      close_timer_{context} {}

http_session_connection::~http_session_connection() {
  down_->abandon();
}

void http_session_connection::open() {
  boost::asio::post(context_, [self = shared_from_this()] {
    if (self->user_ != nullptr) self->user_->on_connected();
  });
}

void http_session_connection::ask(const session_opening& how) {
  is_asking_ = true;
  start(first_request(how));
}

void http_session_connection::start(http_request request) {
  head_ = {};
  refusal_.clear();
  down_->start(std::move(request));
}

void http_session_connection::send() {
  if (!up_) {
    envelope_sender_user& user = *this;
    up_ = std::make_unique<envelope_sender>(context_, where_, options_, session_, user);
  }
  up_->send();
}

void http_session_connection::close() {
  if (is_closing_) return;
  is_closing_ = true;
  if (!up_ || up_->is_idle()) {
    boost::asio::post(context_, [self = shared_from_this()] { self->finish(); });
    return;
  }
  close_timer_.expires_after(options_.limits.close_timeout);
  close_timer_.async_wait([self = shared_from_this()](boost::system::error_code aborted) {
    if (!aborted) self->finish();
  });
}

void http_session_connection::finish() {
  end({{error_kind::unavailable, "the client was closed"}});
}

void http_session_connection::abandon() {
  user_ = nullptr;
  is_dismissed_ = false;
  close_timer_.cancel();
  up_.reset();
  down_->abandon();
}

void http_session_connection::dismiss(shared_message) {
  user_ = nullptr;
  if (!is_asking_) return abandon();
  is_dismissed_ = true;
  itself_ = shared_from_this();
  close_timer_.expires_after(options_.limits.close_timeout);
  close_timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
    self->abandon();
    self->itself_.reset();
  });
}

void http_session_connection::end(const connection_ending& why) {
  connection_user* const told = user_;
  const auto kept = shared_from_this();
  abandon();
  if (told != nullptr) told->on_ended(why);
}

void http_session_connection::on_head(const http_head& head) {
  head_ = head;
  if (is_over() || head.status != 200 || head.content_type.starts_with(media_type())) return;
  end({{error_kind::unavailable, "what answers is no " + std::string{media_type()} + " but " +
                                     (head.content_type.empty() ? "nothing" : head.content_type)}});
}

void http_session_connection::on_body(std::string_view bytes) {
  const auto kept = shared_from_this();
  if (is_over()) return;
  if (head_.status == 200) return take_body(bytes);
  if (refusal_.size() + bytes.size() <= max_refusal_bytes) refusal_ += bytes;
}

void http_session_connection::on_complete() {
  const auto kept = shared_from_this();
  if (is_deleting_) return finish();
  if (is_over()) return;
  if (head_.status == 200) return finish_body();
  end(read_http_refusal(head_.status, refusal_));
}

void http_session_connection::on_failed(const error& reason) {
  end({reason});
}

void http_session_connection::heard() {
  session_.heard(std::chrono::steady_clock::now());
}

void http_session_connection::deliver(const carried_message& message,
                                      std::optional<std::uint64_t> number) {
  if (is_dismissed_) return end_unneeded(message);
  if (user_ == nullptr) return;
  if (number && !session_.expect(*number)) {
    return end({{error_kind::unavailable, "a message of the session is missing"}});
  }
  user_->on_received(message.text.view(), message.written_as);
}

/// A session that lost the race, and has just begun.
void http_session_connection::end_unneeded(const carried_message& answer) {
  const std::string token = resume_token_of(answer);
  if (token.empty()) return end({{error_kind::unavailable, "nothing is to be ended"}});
  is_deleting_ = true;
  down_->abandon();
  down_ = create_http_channel(context_, where_, options_, *this);
  start({.method = "DELETE", .target = where_.target, .headers = {{"Sidewire-Session", token}}});
}

void http_session_connection::on_envelope_taken() {
  const auto kept = shared_from_this();
  if (user_ == nullptr) return;
  user_->on_written();
  if (user_ == nullptr || !up_) return;
  up_->send();
  if (is_closing_ && up_->is_idle()) finish();
}

void http_session_connection::on_sending_ended(const connection_ending& why) {
  end(why);
}

}  // namespace sidewire::client
