#include "server/engine.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <future>
#include <iterator>
#include <utility>

#include "base/version.hpp"
#include "pubsub/methods.hpp"
#include "rest/metrics_text.hpp"
#include "rest/openapi.hpp"
#include "rpc/builtins.hpp"
#include "security/token.hpp"
#include "transports/net/peer_address.hpp"

namespace sidewire::server {

namespace {

using namespace std::chrono_literals;

/// Connections beyond the bound that are still told so; more are closed without a word.
constexpr std::size_t max_refusals = 128;
/// From the end of a drain's patience to the end of what does not even close: half of the patience
/// within these bounds, so that an orphan is gone soon.
constexpr std::chrono::milliseconds min_last_words = 500ms;
constexpr std::chrono::milliseconds max_last_words = 2s;

/// How long the shards may take to list their sessions.
constexpr std::chrono::milliseconds max_listing_time = 1s;

registry with_builtins(registry methods) {
  rpc::add_builtins(methods);
  pubsub::add_topic_methods(methods);
  return methods;
}

void add_sessions(rest::metrics_facts& facts,
                  const std::vector<const session::session_counts*>& shards) {
  constexpr std::array<std::string_view, 5> losses{"unknown", "restarted", "expired", "overflow",
                                                   "forbidden"};
  facts.resumes = {{"recovered"}, {"refused"}};
  for (const std::string_view loss : losses) facts.resumes.push_back({loss});
  for (const session::session_counts* const shard : shards) {
    facts.sessions_attached += shard->attached.value();
    facts.sessions_detached += shard->detached.value();
    facts.sessions_total += shard->started.value();
    facts.resumes[0].count += shard->recovered.value();
    facts.resumes[1].count += shard->refused.value();
    for (std::size_t loss = 0; loss != losses.size(); ++loss) {
      facts.resumes[2 + loss].count += shard->lost[loss].value();
    }
  }
}

rest::openapi_info openapi_info_of(const configuration& chosen, const rpc::openrpc_info& about) {
  const std::string local = chosen.base_path.empty() ? "/" : chosen.base_path;
  return {.program = about,
          .server_url = chosen.public_url.empty() ? local : chosen.public_url,
          .token = chosen.auth == auth_mode::none ? rest::token_rule::not_asked
                                                  : rest::token_rule::asked};
}

}  // namespace

engine::engine(configuration chosen, registry methods, topics& declared,
               const rpc::openrpc_info& about, base::logger& log)
    : chosen_{std::move(chosen)},
      log_{log},
      topics_{declared},
      methods_{with_builtins(std::move(methods))},
      discovery_{rpc::openrpc_document(methods_, about)},
      openapi_{rest::openapi_document(methods_, openapi_info_of(chosen_, about))},
      instance_{security::make_instance_id()},
      token_{chosen_.token.empty() ? security::make_token() : chosen_.token},
      authority_{token_},
      origins_{origin_rules_of(chosen_)},
      transports_{transport_policy_of(chosen_)},
      store_{security::make_instance_id(), std::chrono::steady_clock::now},
      workers_{std::make_unique<rpc::worker_pool>(chosen_.worker_threads,
                                                  chosen_.limits.max_waiting_blocking_calls)} {
  make_tls();
  if (!chosen_.record.empty()) {
    recorder_.emplace(traffic_recorder::settings{.path = chosen_.record,
                                                 .max_file_bytes = chosen_.limits.max_record_bytes},
                      log_);
  }
  const bool open_to_all = chosen_.auth == auth_mode::none;
  shared_.emplace(shared_parts{.limits = chosen_.limits,
                               .log = log_,
                               .workers = *workers_,
                               .keyed = keyed_,
                               .traffic = recorder_ ? &*recorder_ : nullptr,
                               .methods = methods_,
                               .topics = topics_.internals().declared,
                               .tokens = authority_,
                               .origins = origins_,
                               .transports = transports_,
                               .everybody = open_to_all ? authority_.local() : nullptr,
                               .discovery = discovery_,
                               .openapi = openapi_.text(),
                               .metrics = [this] { return metrics(); },
                               .base_path = chosen_.base_path,
                               .instance = instance_,
                               .compression = chosen_.compress,
                               .tls = tls_.get(),
                               .shard_count = std::max(chosen_.threads, 1U)});
  for (std::size_t index = 0; index != shared_->shard_count; ++index) {
    const auto take = [this](std::size_t target, auto arriving) {
      shards_[target]->accept(std::move(arriving));
    };
    shards_.push_back(std::make_unique<shard>(
        *shared_, index, shard::ways{.move_session = take, .move_request = take}));
    shards_.back()->on_count_changed([this] { count_changed(); });
  }
  connect_topics();
}

/// The first shard is the topics' home.
void engine::connect_topics() {
  const auto post_to = [](shard& where) {
    return [&where](std::function<void()> work) { where.post(std::move(work)); };
  };
  const pubsub::hub::post_function at_once = [](const std::function<void()>& work) { work(); };
  shard& home = *shards_.front();
  exchange_.emplace(pubsub::exchange::environment{.declared = topics_.internals(),
                                                  .store = store_,
                                                  .timers = home.timers(),
                                                  .now = std::chrono::steady_clock::now,
                                                  .bounds = chosen_.limits,
                                                  .log = log_});
  for (const auto& part : shards_) {
    const bool is_home = part.get() == &home;
    pubsub::outlet& way =
        exchange_->add(part->topics(), is_home ? pubsub::hub::post_function{} : post_to(*part));
    part->topics().connect(*exchange_, way, is_home ? at_once : post_to(home));
  }
  topics_.internals().entry.open(chosen_.limits.max_waiting_publish_bytes,
                                 [this] { post([this] { exchange_->publish_waiting(); }); });
}

engine::~engine() {
  stopped_ = true;
  for (const auto& part : shards_) part->topics().end();
  exchange_->end();
  patience_.reset();
  listeners_.clear();
  workers_.reset();
}

void engine::make_tls() {
  if (chosen_.tls_self_signed) tls_ = net::tls_context::self_signed();
  if (!chosen_.tls_cert.empty()) {
    tls_ = net::tls_context::from_files(
        {.certificate_chain = chosen_.tls_cert, .private_key = chosen_.tls_key});
  }
}

void engine::listen() {
  for (const net::endpoint& where : listen_endpoints(chosen_)) {
    if (chosen_.auth == auth_mode::none && !is_local_only(where)) {
      throw std::runtime_error{"auth \"none\" is for this machine alone, and " +
                               net::to_string(where) + " can be reached from others"};
    }
    listeners_.push_back(std::make_unique<net::listener>(context(), where, log_));
    listening_.push_back(listeners_.back()->bound());
  }
  facts_ = facts_of(listening_, tls_ ? url_security::tls : url_security::plain);
  facts_.instance = instance_;
  if (chosen_.auth == auth_mode::token) facts_.token = token_;
  if (chosen_.tls_self_signed) facts_.fingerprint = tls_->fingerprint();
}

void engine::run() {
  for (const auto& listening : listeners_) {
    listening->start([this](net::unique_fd socket, const net::peer_address& peer) {
      accept(std::move(socket), peer);
    });
  }
  std::vector<std::thread> threads;
  for (std::size_t index = 1; index < shards_.size(); ++index) {
    threads.emplace_back([&part = *shards_[index]] { part.run(); });
  }
  shards_.front()->run();
  for (std::thread& thread : threads) thread.join();
}

void engine::accept(net::unique_fd socket, const net::peer_address& peer) {
  const std::size_t count = connection_count();
  if (count >= chosen_.limits.max_connections + max_refusals) return;
  ++accepted_total_;
  shards_[next_shard_]->accept(std::move(socket), peer, count >= chosen_.limits.max_connections);
  next_shard_ = (next_shard_ + 1) % shards_.size();
}

std::size_t engine::connection_count() const noexcept {
  std::size_t total = 0;
  for (const auto& part : shards_) total += part->connection_count();
  return total;
}

void engine::on_connections_changed(std::function<void(std::size_t)> told) {
  connections_changed_ = std::move(told);
}

/// Called on any shard; goes on where the engine runs.
void engine::count_changed() {
  post([this] {
    if (stopped_) return;
    const std::size_t count = connection_count();
    if (connections_changed_) connections_changed_(count);
    if (draining_ && count == 0) stop();
  });
}

void engine::drain(std::chrono::milliseconds patience) {
  if (draining_) return;
  draining_ = true;
  for (const auto& listening : listeners_) listening->stop();
  for (const auto& part : shards_) part->post([&part = *part, patience] { part.drain(patience); });
  patience_.emplace(context());
  const auto last_words = std::clamp(patience / 2, min_last_words, max_last_words);
  patience_->set(patience, [this, last_words] { end_calls(last_words); });
  count_changed();
}

void engine::end_calls(std::chrono::milliseconds last_words) {
  for (const auto& part : shards_) part->post([&part = *part] { part.end_calls(); });
  patience_->set(last_words, [this] { stop(); });
}

void engine::stop() {
  stopped_ = true;
  for (const auto& part : shards_) part->stop();
}

void engine::reload_certificate() {
  if (tls_) tls_->reload();
}

traffic engine::counted() const {
  traffic sum;
  sum.connections = connection_count();
  sum.connections_total = accepted_total_.load(std::memory_order_relaxed);
  for (const auto& part : shards_) {
    const rpc::counters& counted = part->counts();
    sum.calls += counted.calls.value();
    sum.failed_calls += counted.failed_calls.value();
    sum.calls_in_flight += counted.calls_in_flight.value();
    sum.notifications += counted.notifications.value();
    for (const auto spoken : {net::spoken::http, net::spoken::websocket}) {
      sum.received_bytes += part->received_bytes(spoken);
      sum.sent_bytes += part->sent_bytes(spoken);
    }
  }
  return sum;
}

std::optional<std::vector<session::session_facts>> engine::sessions() const {
  using listed = std::vector<session::session_facts>;
  const auto deadline = std::chrono::steady_clock::now() + max_listing_time;
  std::vector<std::future<listed>> asked;
  for (const auto& part : shards_) {
    auto told = std::make_shared<std::promise<listed>>();
    asked.push_back(told->get_future());
    part->post([&part = *part, told] { told->set_value(part.sessions()); });
  }
  listed all;
  for (std::future<listed>& one : asked) {
    if (one.wait_until(deadline) != std::future_status::ready) return std::nullopt;
    std::ranges::move(one.get(), std::back_inserter(all));
  }
  return all;
}

std::string engine::metrics() const {
  const traffic sum = counted();
  rest::metrics_facts facts{.version = base::version,
                            .connections = sum.connections,
                            .connections_total = sum.connections_total,
                            .calls_in_flight = sum.calls_in_flight,
                            .notifications_total = sum.notifications,
                            .publications_total = exchange_->published_count(),
                            .bytes = {{"http"}, {"websocket"}}};
  std::vector<const rpc::call_counts*> calls;
  std::vector<const session::session_counts*> sessions;
  for (const auto& part : shards_) {
    calls.push_back(&part->counts().by_method);
    sessions.push_back(&part->session_counts());
    facts.deliveries_total += part->deliveries().delivered.value();
    facts.dropped_total += part->deliveries().dropped.value();
    for (const auto spoken : {net::spoken::http, net::spoken::websocket}) {
      rest::transport_bytes& bytes = facts.bytes[static_cast<std::size_t>(spoken)];
      bytes.received += part->received_bytes(spoken);
      bytes.sent += part->sent_bytes(spoken);
    }
  }
  add_sessions(facts, sessions);
  return rest::metrics_text(facts, methods_, calls);
}

}  // namespace sidewire::server
