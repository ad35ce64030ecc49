#include "transports/http/connection.hpp"

#include <algorithm>
#include <utility>

#include "base/header_text.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "protocol/close_code.hpp"
#include "rest/problem.hpp"
#include "transports/http/content_coding.hpp"
#include "transports/http/make_exchange.hpp"
#include "transports/http/status.hpp"
#include "transports/websocket/handshake.hpp"
#include "transports/websocket/session_connection.hpp"

namespace sidewire::http {

connection::connection(net::channel& channel, site& where, security::stream_kind stream,
                       admission entry)
    : channel_{channel}, site_{where}, stream_{stream}, admission_{entry} {
  watch(channel_.shared().limits().handshake_timeout);
}

connection::~connection() = default;

const request_head& connection::request() const noexcept {
  return arrived_head_ ? *arrived_head_ : parser_->head();
}

void connection::watch(std::chrono::milliseconds limit) {
  net::host& shared = channel_.shared();
  shared.timers().set(patience_, shared.now() + limit);
}

std::size_t connection::on_bytes(std::span<char> input) {
  in_loop_ = true;
  std::size_t taken = 0;
  while (taken != input.size() && (phase_ == phase::idle || phase_ == phase::reading) &&
         !channel_.is_full()) {
    const auto& limits = channel_.shared().limits();
    if (phase_ == phase::idle) {
      phase_ = phase::reading;
      parser_ = std::make_unique<request_parser>(limits.max_header_bytes, limits.max_message_bytes);
      watch(limits.handshake_timeout);
    }
    std::size_t consumed = 0;
    const auto progress = parser_->feed(input.subspan(taken), consumed);
    taken += consumed;
    if (progress == request_parser::progress::head) {
      take_head();
    } else if (progress == request_parser::progress::done) {
      take_request();
    } else if (progress == request_parser::progress::failed) {
      close_after_answer();
      refuse(parser_->failure().status, parser_->failure().text);
    } else if (consumed == 0) {
      break;
    } else if (body_deadline_ != base::time_point{}) {
      net::host& shared = channel_.shared();
      shared.timers().set(patience_,
                          std::min(body_deadline_, shared.now() + limits.body_idle_timeout));
    }
  }
  in_loop_ = false;
  return phase_ == phase::closing ? input.size() : taken;
}

void connection::take_head() {
  const request_head& head = parser_->head();
  decision_ = decide(site_, head, stream_);
  style_ = {.version = head.version};
  if (!head.keep_alive || site_.draining) close_after_answer();
  if (head.method == "HEAD") style_.wanted = answer_style::body::head_alone;
  if (is_rest_path(path_of(site_, head))) style_.told_as = answer_style::errors::problems;
  if (decision_.allows_origin) style_.allowed_origin = *head.origin;
  if (admission_ == admission::one_too_many && decision_.what != action::upgrade) {
    close_after_answer();
    return refuse(503, "the server has as many connections as it may");
  }
  if (takes_body(decision_.what)) return judge_body();
  if (head.has_body) close_after_answer();  // nobody reads it
  if (decision_.what == action::refuse) return refuse(decision_);
  if (decision_.what == action::upgrade) return upgrade();
  take_request();
}

void connection::judge_body() {
  const request_head& head = parser_->head();
  if (head.body_too_large) {
    close_after_answer();
    return refuse(413, "the body has too many bytes");
  }
  if (!content_coding_of(head.content_encoding)) {
    if (head.has_body) close_after_answer();
    return refuse(415, "expected a body in gzip, or without Content-Encoding");
  }
  if (!head.expect.empty()) {
    if (!base::same_text(head.expect, "100-continue")) {
      close_after_answer();
      return refuse(417, "expected no Expect but 100-continue");
    }
    if (head.version == 11 && head.has_body) {
      channel_.output().append("HTTP/1.1 100 Continue\r\n\r\n");
      channel_.send();
    }
  }
  if (!head.has_body) return take_request();
  net::host& shared = channel_.shared();
  body_deadline_ = shared.now() + shared.limits().body_timeout;
  watch(shared.limits().body_idle_timeout);
}

void connection::take_request() {
  body_deadline_ = {};
  std::string& body = parser_->body();
  if (takes_body(decision_.what) &&
      content_coding_of(request().content_encoding) == content_coding::gzip) {
    const auto fault = decode_gzip(body, channel_.shared().limits().max_message_bytes);
    if (fault) return refuse(fault->status, fault->text);
  }
  answer(body);
}

void connection::take_over(request_on_its_way arrived) {
  arrived_head_ = std::make_unique<request_head>(std::move(arrived.head));
  decision_ = std::move(arrived.made);
  style_ = std::move(arrived.style);
  answer(arrived.body);
}

void connection::answer(std::string& body) {
  phase_ = phase::answering;
  streams_ = false;
  patience_.cancel();
  body.reserve(body.size() + base::buffer::padding);
  exchange_ = make_exchange(*this, site_, decision_);
  // What has been answered may still look at the request before it returns.
  is_beginning_ = true;
  exchange_->begin(body);
  is_beginning_ = false;
  if (phase_ != phase::answering || streams_) forget_request();
}

void connection::forget_request() {
  parser_.reset();
  arrived_head_.reset();
}

void connection::move_to(std::size_t shard) {
  phase_ = phase::departing;
  request_on_its_way leaving{.head = parser_->head(),
                             .made = decision_,
                             .style = style_,
                             .body = std::move(parser_->body()),
                             .stream = stream_};
  channel_.depart([move = site_.move_request, shard,
                   leaving = std::move(leaving)](net::departure parts) mutable {
    move(shard, {std::move(parts), std::move(leaving)});
  });
}

void connection::respond(const response& answer) {
  if (site_.encoder.takes(answer)) {
    const auto encoded = site_.encoder.encode(answer, request().accept_encoding);
    write_response(channel_.output(), style_, encoded);
  } else {
    write_response(channel_.output(), style_, answer);
  }
  channel_.send();
  end_request();
}

void connection::begin_stream(const response& head) {
  if (style_.version == 10) close_after_answer();
  streams_ = true;
  write_stream_head(channel_.output(), style_, head);
  channel_.send();
  // It may go on for long, and needs nothing of the request any more.
  if (!is_beginning_) forget_request();
}

void connection::write_part(std::string_view part) {
  write_stream_part(channel_.output(), style_, part);
  channel_.send();
}

void connection::end_stream() {
  write_stream_end(channel_.output(), style_);
  channel_.send();
  end_request();
}

void connection::refuse(unsigned status, std::string_view text) {
  refuse(decision{.status = status, .text = std::string{text}});
}

void connection::refuse(const decision& made) {
  base::buffer body;
  const error reason{kind_of_status(made.status), made.text};
  const bool is_problem = style_.told_as == answer_style::errors::problems;
  if (is_problem) {
    codec::encode(body, format::json,
                  rest::problem_of(reason, static_cast<std::uint16_t>(made.status)));
  } else {
    codec::write_error(body, format::json, {}, reason);
  }
  response answer{.status = made.status,
                  .type = is_problem ? rest::problem_type : media_type::json,
                  .body = body.view()};
  auto& headers = answer.headers;
  if (made.status == 401) headers.push_back({"WWW-Authenticate", "Bearer realm=\"sidewire\""});
  if (made.status == 415) headers.push_back({"Accept-Encoding", known_codings});
  if (made.status == 426) {
    headers.push_back({"Upgrade", "websocket"});
    headers.push_back({"Sec-WebSocket-Version", websocket::supported_version});
  }
  if (made.status == 503) headers.push_back({"Retry-After", "1"});
  if (!made.allow.empty()) headers.push_back({"Allow", made.allow});
  respond(answer);
}

std::unique_ptr<websocket::connection> connection::make_websocket(std::string_view subprotocol) {
  const bool has_session = subprotocol == websocket::json_session_subprotocol ||
                           subprotocol == websocket::msgpack_session_subprotocol;
  if (!has_session) {
    return std::make_unique<websocket::connection>(channel_, site_.dispatcher, decision_.who);
  }
  return std::make_unique<websocket::session_connection>(
      channel_, site_.dispatcher, site_.sessions, site_.move_session, decision_.who,
      subprotocol == websocket::json_session_subprotocol ? format::json : format::msgpack);
}

std::optional<websocket::deflate_terms> connection::agree_on_compression() const {
  if (!websocket::is_worth_compressing(site_.compression, channel_.peer())) return std::nullopt;
  return websocket::agree_on_deflate(parser_->head().websocket_extensions,
                                     websocket::small_windows);
}

void connection::upgrade() {
  const request_head& asked = parser_->head();
  const std::string accept = websocket::accept_key(asked.websocket_key);
  response answer{
      .status = 101,
      .headers = {
          {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}}};
  const auto subprotocol = websocket::select_subprotocol(asked.websocket_protocol);
  if (!subprotocol.empty()) answer.headers.push_back({"Sec-WebSocket-Protocol", subprotocol});
  const auto deflate = agree_on_compression();
  const std::string extension = deflate ? websocket::deflate_answer(*deflate) : std::string{};
  if (deflate) answer.headers.push_back({"Sec-WebSocket-Extensions", extension});
  answer_style plain{.version = asked.version};
  write_response(channel_.output(), plain, answer);
  channel_.send();
  patience_.cancel();
  phase_ = phase::upgraded;
  auto next = make_websocket(subprotocol);
  auto& speaking = *next;
  if (deflate) {
    speaking.compress(std::make_unique<websocket::permessage_deflate>(*deflate, site_.deflate));
  }
  channel_.hand_over(std::move(next));
  if (decision_.proof == credentials::wrong) {
    speaking.close(protocol::close_code::not_authenticated, "the token is wrong");
  } else if (admission_ == admission::one_too_many) {
    speaking.close(protocol::close_code::try_again_later,
                   "the server has as many connections as it may");
  } else if (site_.draining) {
    speaking.close(protocol::close_code::going_away, "the server ends");
  }
}

void connection::end_request() {
  decision_ = {};
  if (!is_beginning_) forget_request();
  if (style_.after == answer_style::connection::close) return close();
  phase_ = phase::idle;
  watch(channel_.shared().limits().keep_alive_timeout);
  if (!in_loop_) channel_.resume();
}

void connection::close() {
  phase_ = phase::closing;
  patience_.cancel();
  channel_.close_after_sending();
}

void connection::on_end() {
  if (phase_ == phase::answering) return exchange_->on_half_close();
  if (phase_ != phase::closing) close();
}

void connection::on_room() {
  if (phase_ == phase::answering) exchange_->on_room();
}

void connection::on_drain(std::chrono::milliseconds patience) {
  close_after_answer();
  if (phase_ == phase::idle) return close();
  if (phase_ == phase::answering) exchange_->on_drain(patience);
}

void connection::on_drain_deadline() {
  if (phase_ == phase::answering) exchange_->on_drain_deadline();
  if (phase_ != phase::closing) close();
}

void connection::time_is_up(base::time_point) {
  if (phase_ == phase::idle) return close();
  close_after_answer();
  refuse(408, "the request did not come in time");
}

}  // namespace sidewire::http
