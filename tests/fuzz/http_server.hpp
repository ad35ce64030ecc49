#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <sidewire/awaitable.hpp>
#include <sidewire/registry.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pubsub/exchange.hpp"
#include "pubsub/hub.hpp"
#include "pubsub/memory_broker.hpp"
#include "pubsub/topics.hpp"
#include "rpc/dispatcher.hpp"
#include "tests/fuzz/memory_stream.hpp"
#include "tests/fuzz/require.hpp"
#include "transports/http/connection.hpp"
#include "transports/net/channel.hpp"

/// A shard with one connection, without sockets, threads or a clock.
namespace sidewire::fuzz {

/// Small bounds, so that inputs reach them.
inline base::limits small_limits() {
  base::limits made;
  made.max_message_bytes = 512;
  made.max_depth = 16;
  made.max_batch = 4;
  made.max_header_bytes = 512;
  made.max_unsent_bytes = 2048;
  made.compression_threshold_bytes = 64;
  return made;
}
/// What one answer may have beyond the bound of unsent bytes.
inline constexpr std::size_t max_answer_bytes = 8192;

inline constexpr std::string_view good_token = "secret";

enum class entry : std::uint8_t { everybody, token_asked };

/// Sizes of pieces, one after the other and from the front again; without any, whatever there is.
class piece_sizes {
 public:
  explicit piece_sizes(std::string_view sizes) : sizes_{sizes} {}

  std::size_t next() {
    if (sizes_.empty()) return static_cast<std::size_t>(-1);
    return std::size_t{1} + static_cast<unsigned char>(sizes_[at_++ % sizes_.size()]);
  }

 private:
  std::string_view sizes_;
  std::size_t at_ = 0;
};

class http_server {
 public:
  explicit http_server(entry who)
      : methods_{make_methods()},
        site_{.dispatcher = dispatcher_,
              .sessions = sessions_,
              .polls = polls_,
              .envelopes = envelopes_,
              .origins = origins_,
              .transports = transports_,
              .tokens = tokens_,
              .everybody = who == entry::everybody ? std::make_shared<principal>() : nullptr,
              .move_session = {},
              .move_request = {},
              .compression = base::compression::on,
              .deflate = deflate_,
              .encoder = http::response_encoder{base::compression::on, limits_},
              .openrpc = "{}",
              .openapi = "{}",
              .metrics = [] { return std::string{"fuzz_total 1\n"}; },
              .base_path = "/base",
              .instance = "fuzz"} {
    hub_.connect(exchange_, exchange_.add(hub_, {}),
                 [](const std::function<void()>& work) { work(); });
  }
  ~http_server() {
    hub_.end();
    exchange_.end();
  }
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// One connection from its first to its last byte: what the peer has received.
  std::string talk(std::string_view stream, piece_sizes arriving, piece_sizes taken) {
    wire peer{.unsent = stream};
    std::weak_ptr<net::channel> watched;
    {
      const auto channel =
          std::make_shared<net::channel>(host_, std::make_unique<memory_stream>(peer));
      channel->open(std::make_unique<http::connection>(*channel, site_, security::stream_kind::tcp,
                                                       http::connection::admission::admitted));
      watched = channel;
    }
    for (std::size_t turn = 0; !peer.closed; ++turn) {
      require(turn < max_turns, "a connection comes to its end");
      run_ready();
      take_turn(peer, turn, arriving, taken);
      if (const auto channel = watched.lock()) {
        require(channel->unsent_bytes() <= limits_.max_unsent_bytes + max_answer_bytes,
                "unsent bytes are bounded");
      }
    }
    peer.reader.reset();
    peer.writer.reset();
    run_ready();
    require(watched.expired(), "a closed connection is gone");
    return std::move(peer.received);
  }

  const base::limits& limits() const { return limits_; }
  /// Params of the calls that ran, as they came.
  const std::vector<std::string>& seen() const { return seen_; }

 private:
  static constexpr std::size_t max_turns = 1'000'000;

  class silent_logger final : public base::logger {
   public:
    silent_logger() : logger{base::log_level::off} {}

   private:
    void write(base::log_level, std::string_view, std::initializer_list<base::log_field>) override {
    }
  };

  class one_token final : public rpc::authenticator {
   public:
    result<std::shared_ptr<const principal>> authenticate(std::string_view token) const override {
      if (token != good_token) return error{error_kind::not_authenticated, "wrong"};
      return std::make_shared<const principal>();
    }
  };

  /// Answers in a later turn of the loop.
  static awaitable<json> answer_later(json params) {
    constexpr boost::asio::use_awaitable_t<boost::asio::io_context::executor_type> use_awaitable{};
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, use_awaitable);
    co_return params;
  }

  registry make_methods() {
    registry made;
    made.add("echo", {}, [this](json_view params) {
      seen_.emplace_back(params.text());
      return params;
    });
    made.add("later", {}, [this](json params) {
      seen_.emplace_back(params.text());
      return answer_later(std::move(params));
    });
    return made;
  }

  void run_ready() {
    context_.restart();
    while (context_.poll() != 0) context_.restart();
  }

  void take_turn(wire& peer, std::size_t turn, piece_sizes& arriving, piece_sizes& taken) {
    if (peer.closed) return;
    require(peer.reader || peer.writer, "an open connection waits for something");
    // The peer ends when it has taken all that waits: WebSocket sends nothing after an end.
    const bool is_end = peer.unsent.empty();
    const bool writes = peer.writer && (!peer.reader || is_end || turn % 2 == 0);
    const auto user = std::exchange(writes ? peer.writer : peer.reader, nullptr);
    if (writes) {
      peer.writable = taken.next();
      return user->on_writable(user);
    }
    if (peer.readable == 0) peer.readable = std::min(arriving.next(), peer.unsent.size());
    user->on_readable(user);
  }

  boost::asio::io_context context_{1};
  base::limits limits_ = small_limits();
  silent_logger log_;
  one_token tokens_;
  security::origin_policy origins_{{}};
  negotiate::policy transports_;
  std::vector<std::string> seen_;
  registry methods_;
  base::timer_queue timers_;
  rpc::counters counters_;
  rpc::keyed_calls keyed_{limits_};
  rpc::worker_pool workers_{0, 0};
  websocket::deflate_tools deflate_{limits_};
  net::host host_{context_.get_executor(), timers_, [] { return base::time_point{}; }, limits_,
                  log_};
  topics topics_;
  pubsub::memory_broker store_{"fuzz", [] { return base::time_point{}; }};
  pubsub::exchange exchange_{{.declared = topics_.internals(),
                              .store = store_,
                              .timers = timers_,
                              .now = [] { return base::time_point{}; },
                              .bounds = limits_,
                              .log = log_}};
  pubsub::hub hub_{topics_.internals().declared, limits_, [] { return base::time_point{}; }};
  rpc::dispatcher dispatcher_{rpc::environment{.executor = context_.get_executor(),
                                               .timers = timers_,
                                               .now = [] { return base::time_point{}; },
                                               .log = log_,
                                               .workers = workers_,
                                               .limits = limits_,
                                               .tokens = tokens_,
                                               .keyed = keyed_,
                                               .methods = methods_,
                                               .discovery = json_view{"{}", format::json},
                                               .counts = counters_,
                                               .topics = &hub_}};
  session::store sessions_{
      dispatcher_.shared(), {.instance = "fuzz", .version = "0"}, [] { return "secret"; }};
  session::envelope_reader envelopes_{limits_.max_depth};
  http::poll_desk polls_{sessions_};
  http::site site_;
};

}  // namespace sidewire::fuzz
