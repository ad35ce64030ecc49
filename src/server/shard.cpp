#include "server/shard.hpp"

#include <boost/asio/post.hpp>

#include "base/version.hpp"
#include "protocol/close_code.hpp"
#include "security/token.hpp"
#include "transports/http/connection.hpp"
#include "transports/net/channel.hpp"

namespace sidewire::server {

namespace {

base::time_point steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

shard::shard(const shared_parts& shared, std::size_t index, ways to_others)
    : shared_{shared},
      stays_{boost::asio::make_work_guard(context_)},
      clock_{context_},
      timers_{[this] { watch_timers(); }},
      topics_{shared.topics, shared.limits, steady_now},
      deflate_{shared.limits},
      host_{context_.get_executor(), timers_, [this] { return now(); }, shared.limits, shared.log},
      dispatcher_{rpc::environment{.executor = context_.get_executor(),
                                   .timers = timers_,
                                   .now = [this] { return now(); },
                                   .log = shared.log,
                                   .workers = shared.workers,
                                   .limits = shared.limits,
                                   .tokens = shared.tokens,
                                   .keyed = shared.keyed,
                                   .methods = shared.methods,
                                   .discovery = shared.discovery,
                                   .counts = counters_,
                                   .traffic = shared.traffic,
                                   .topics = &topics_}},
      sessions_{dispatcher_.shared(),
                {.instance = shared.instance,
                 .version = base::version,
                 .shard = index,
                 .shard_count = shared.shard_count},
                security::make_token},
      envelopes_{shared.limits.max_depth},
      polls_{sessions_},
      site_{.dispatcher = dispatcher_,
            .sessions = sessions_,
            .polls = polls_,
            .envelopes = envelopes_,
            .origins = shared.origins,
            .transports = shared.transports,
            .tokens = shared.tokens,
            .everybody = shared.everybody,
            .move_session = std::move(to_others.move_session),
            .move_request = std::move(to_others.move_request),
            .compression = shared.compression,
            .deflate = deflate_,
            .encoder = http::response_encoder{shared.compression, shared.limits},
            .openrpc = shared.discovery.text(),
            .openapi = shared.openapi,
            .metrics = shared.metrics,
            .base_path = shared.base_path,
            .instance = shared.instance} {
  host_.on_turn_end([this] {
    if (counters_.by_method.has_waiting()) now();
  });
}

shard::~shard() {
  host_.on_count_changed({});
  host_.each([](net::channel& connection) { connection.fail(); });
  // What was posted to end them, and coroutines that were told, run their last steps here.
  context_.restart();
  context_.poll();
}

void shard::post(std::function<void()> work) {
  boost::asio::post(context_, std::move(work));
}

void shard::accept(net::unique_fd socket, const net::peer_address& peer, bool too_many) {
  arriving_.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(context_, [this, socket = std::move(socket), peer, too_many]() mutable {
    open(std::move(socket), peer, too_many);
    arriving_.fetch_sub(1, std::memory_order_relaxed);
  });
}

void shard::open(net::unique_fd socket, const net::peer_address& peer, bool too_many) {
  const bool is_unix = peer.family == net::address_family::unix_socket;
  const auto kind = is_unix       ? security::stream_kind::unix_socket
                    : shared_.tls ? security::stream_kind::tls
                                  : security::stream_kind::tcp;
  const auto* tls = kind == security::stream_kind::tls ? shared_.tls : nullptr;
  auto bytes = net::make_stream(context_, std::move(socket), tls);
  if (!bytes) {
    return shared_.log.log(base::log_level::warn,
                           "a connection could not be watched and was closed");
  }
  using admission = http::connection::admission;
  const auto channel = std::make_shared<net::channel>(host_, std::move(bytes), peer);
  channel->open(std::make_unique<http::connection>(
      *channel, site_, kind, too_many ? admission::one_too_many : admission::admitted));
}

template <class Arriving>
void shard::accept_later(Arriving arriving) {
  arriving_.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(context_, [this, arriving = std::move(arriving)]() mutable {
    open(std::move(arriving));
    arriving_.fetch_sub(1, std::memory_order_relaxed);
  });
}

void shard::accept(websocket::arriving_session arriving) {
  accept_later(std::move(arriving));
}

void shard::accept(http::arriving_request arriving) {
  accept_later(std::move(arriving));
}

/// Null where the connection could not be watched: then it is closed.
std::shared_ptr<net::channel> shard::take_channel(net::departure& parts) {
  if (!parts.bytes->enter(context_)) {
    shared_.log.log(base::log_level::warn, "a connection could not be watched and was closed");
    return nullptr;
  }
  return std::make_shared<net::channel>(host_, std::move(parts.bytes), parts.peer);
}

void shard::open(websocket::arriving_session arriving) {
  const auto channel = take_channel(arriving.parts);
  if (!channel) return;
  auto speaking = std::make_unique<websocket::session_connection>(
      *channel, dispatcher_, sessions_, site_.move_session, std::move(arriving.who),
      arriving.facts.own_format);
  websocket::session_connection& asking = *speaking;
  if (arriving.compression) {
    arriving.compression->move_to(deflate_);
    asking.compress(std::move(arriving.compression));
  }
  channel->open(std::move(speaking), std::move(arriving.parts.unread),
                std::move(arriving.parts.unsent));
  if (site_.draining) {
    asking.websocket::connection::close(protocol::close_code::going_away, "the server ends");
  } else {
    asking.begin(arriving.asked, std::move(arriving.facts));
  }
}

void shard::open(http::arriving_request arriving) {
  const auto channel = take_channel(arriving.parts);
  if (!channel) return;
  auto speaking = std::make_unique<http::connection>(*channel, site_, arriving.request.stream,
                                                     http::connection::admission::admitted);
  http::connection& asked = *speaking;
  channel->open(std::move(speaking), std::move(arriving.parts.unread),
                std::move(arriving.parts.unsent));
  asked.take_over(std::move(arriving.request));
}

void shard::drain(std::chrono::milliseconds patience) {
  site_.draining = true;
  dispatcher_.drain();
  host_.each([patience](net::channel& connection) { connection.current().on_drain(patience); });
}

void shard::end_calls() {
  host_.each([](net::channel& connection) {
    if (!connection.is_closing()) connection.current().on_drain_deadline();
  });
}

void shard::watch_timers() {
  clock_.expires_at(*timers_.next());
  clock_.async_wait([this](boost::system::error_code aborted) {
    if (!aborted) timers_due();
  });
}

void shard::timers_due() {
  timers_.run_expired(steady_now());
  if (timers_.next()) watch_timers();
}

}  // namespace sidewire::server
