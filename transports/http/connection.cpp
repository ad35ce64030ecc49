#include "transports/http/connection.hpp"

#include <algorithm>
#include <utility>

#include "codec/message.hpp"
#include "protocol/close_code.hpp"
#include "transports/http/response.hpp"
#include "transports/http/status.hpp"
#include "transports/websocket/handshake.hpp"
#include "transports/websocket/session_connection.hpp"

namespace sidewire::http {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view msgpack_type = "application/msgpack";

}  // namespace

connection::connection(net::channel& channel, site& where, security::stream_kind stream,
                       admission entry)
    : channel_{channel}, site_{where}, stream_{stream}, admission_{entry} {
  watch(channel_.shared().limits().handshake_timeout);
}

connection::~connection() = default;

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
      keep_alive_ = false;
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
  keep_alive_ = head.keep_alive && !site_.draining;
  decision_ = decide(site_, head, stream_);
  if (admission_ == admission::one_too_many && decision_.what != action::upgrade) {
    keep_alive_ = false;
    return refuse(503, "the server has as many connections as it may");
  }
  if (decision_.what != action::call) {
    if (head.has_body) keep_alive_ = false;  // nobody reads it
    return respond(decision_);
  }
  if (head.body_too_large) {
    keep_alive_ = false;
    return refuse(413, "the body has too many bytes");
  }
  takes_msgpack_ = accepts_type(head.accept, msgpack_type);
  if (!head.expect.empty()) {
    if (!same_text(head.expect, "100-continue")) {
      keep_alive_ = false;
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
  phase_ = phase::calling;
  patience_.cancel();
  body_deadline_ = {};
  rpc::caller::authenticated(decision_.who);
  std::string& body = parser_->body();
  body.reserve(body.size() + base::buffer::padding);
  rpc::received message = site_.dispatcher.read(body, decision_.written_as);
  message.idempotency_key = parser_->head().idempotency_key;
  site_.dispatcher.run(*this, message);
}

base::buffer& connection::begin_message(format as) {
  if (answer_.capacity_bytes() == 0) answer_ = channel_.shared().buffers().take();
  answer_.clear();
  answer_format_ = as;
  return answer_;
}

void connection::settled() {
  if (phase_ != phase::calling) return;
  if (answer_.empty()) {
    respond_json(204, {}, {});
  } else {
    respond_json(200, answer_.view(), answer_format_ == format::json ? json_type : msgpack_type);
  }
  channel_.shared().buffers().give_back(std::move(answer_));
  end_request();
}

void connection::respond(const decision& made) {
  switch (made.what) {
    case action::refuse:
      return refuse(made.status, made.text, made.allow);
    case action::preflight:
      return respond_preflight();
    case action::upgrade:
      return upgrade();
    case action::health: {
      std::string body = R"({"status":"ok","protocol":"sidewire/1","instance":")";
      body += site_.instance;
      body += "\"}";
      respond_json(200, body, json_type);
      break;
    }
    case action::readiness:
      site_.draining ? respond_json(503, R"({"status":"draining"})", json_type)
                     : respond_json(200, R"({"status":"ready"})", json_type);
      break;
    case action::openrpc:
      respond_json(200, site_.openrpc, json_type);
      break;
    case action::call:
      return;
  }
  end_request();
}

void connection::write_common(head_writer& head) const {
  if (decision_.allows_origin) {
    head.header("Access-Control-Allow-Origin", *parser_->head().origin);
    head.header("Vary", "Origin");
  }
  head.header("Cache-Control", "no-store");
  if (!keep_alive_) {
    head.header("Connection", "close");
  } else if (parser_->head().version == 10) {
    head.header("Connection", "keep-alive");
  }
}

void connection::respond_json(unsigned status, std::string_view body, std::string_view type) {
  base::buffer& out = channel_.output();
  head_writer head{out, status};
  write_common(head);
  if (status == 503) head.header("Retry-After", "1");
  if (status == 204) {
    head.end(std::nullopt);
  } else {
    head.header("Content-Type", type).header("X-Content-Type-Options", "nosniff");
    head.end(body.size());
    if (parser_->head().method != "HEAD") out.append(body);
  }
  channel_.send();
}

void connection::respond_preflight() {
  head_writer head{channel_.output(), 204};
  write_common(head);
  head.header("Access-Control-Allow-Methods", "GET, POST, DELETE")
      .header("Access-Control-Allow-Headers",
              "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, "
              "Sidewire-Client, Sidewire-Formats, Sidewire-Received, Sidewire-Requests, "
              "Sidewire-Session")
      .header("Access-Control-Max-Age", "600");
  if (parser_->head().asks_private_network) {
    head.header("Access-Control-Allow-Private-Network", "true");
  }
  head.end(std::nullopt);
  channel_.send();
  end_request();
}

void connection::refuse(unsigned status, std::string_view text, std::string_view allow) {
  base::buffer body;
  codec::write_error(body, format::json, {}, error{kind_of_status(status), std::string{text}});
  base::buffer& out = channel_.output();
  head_writer head{out, status};
  write_common(head);
  if (status == 401) head.header("WWW-Authenticate", "Bearer realm=\"sidewire\"");
  if (status == 426) {
    head.header("Upgrade", "websocket");
    head.header("Sec-WebSocket-Version", websocket::supported_version);
  }
  if (status == 503) head.header("Retry-After", "1");
  if (!allow.empty()) head.header("Allow", allow);
  head.header("Content-Type", json_type).header("X-Content-Type-Options", "nosniff");
  head.end(body.size());
  if (parser_->head().method != "HEAD") out.append(body.view());
  channel_.send();
  end_request();
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

void connection::upgrade() {
  const request_head& asked = parser_->head();
  head_writer head{channel_.output(), 101};
  head.header("Upgrade", "websocket")
      .header("Connection", "Upgrade")
      .header("Sec-WebSocket-Accept", websocket::accept_key(asked.websocket_key));
  const auto subprotocol = websocket::select_subprotocol(asked.websocket_protocol);
  if (!subprotocol.empty()) head.header("Sec-WebSocket-Protocol", subprotocol);
  head.end(std::nullopt);
  channel_.send();
  patience_.cancel();
  phase_ = phase::upgraded;
  auto next = make_websocket(subprotocol);
  auto& speaking = *next;
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
  if (!keep_alive_) return close();
  phase_ = phase::idle;
  parser_.reset();
  watch(channel_.shared().limits().keep_alive_timeout);
  if (!in_loop_) channel_.resume();
}

void connection::close() {
  phase_ = phase::closing;
  patience_.cancel();
  channel_.close_after_sending();
}

void connection::on_end() {
  if (phase_ != phase::calling && phase_ != phase::closing) close();
}

void connection::on_drain(std::chrono::milliseconds) {
  keep_alive_ = false;
  if (phase_ == phase::idle) close();
}

void connection::on_drain_deadline() {
  if (phase_ == phase::calling) {
    const error reason{error_kind::request_cancelled, "the server ends"};
    end_calls(&reason);
  }
  if (phase_ != phase::closing) close();
}

void connection::time_is_up(base::time_point) {
  if (phase_ == phase::idle) return close();
  keep_alive_ = false;
  refuse(408, "the request did not come in time");
}

}  // namespace sidewire::http
