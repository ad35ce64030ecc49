#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <sidewire/principal.hpp>
#include <sidewire/registry.hpp>
#include <string_view>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "rpc/dispatcher.hpp"

namespace sidewire::bench {

/// The server's dispatcher with `system.echo` and nothing around it: no log, no tokens, no workers,
/// no clock that turns its timers. For peers and microbenchmarks that bring their own transport.
class lone_dispatcher {
 public:
  explicit lone_dispatcher(boost::asio::io_context& context)
      : dispatcher_{{.executor = context.get_executor(),
                     .timers = timers_,
                     .now =
                         [this] {
                           return counts_.by_method.clock_was_read(
                               std::chrono::steady_clock::now());
                         },
                     .log = log_,
                     .workers = workers_,
                     .limits = limits_,
                     .tokens = tokens_,
                     .keyed = keyed_,
                     .methods = methods_,
                     .discovery = {},
                     .counts = counts_}} {
    methods_.add("system.echo", {.summary = "Answers its params."},
                 [](json_view params) { return params; });
  }

  rpc::dispatcher& get() noexcept { return dispatcher_; }

  /// Who may do everything; for `rpc::caller::authenticated`.
  static std::shared_ptr<const principal> anybody() {
    return std::make_shared<principal>(principal{"local", {"admin"}});
  }

 private:
  class silence final : public base::logger {
   public:
    silence() : logger{base::log_level::off} {}

   private:
    void write(base::log_level, std::string_view, std::initializer_list<base::log_field>) override {
    }
  };

  class no_tokens final : public rpc::authenticator {
   public:
    result<std::shared_ptr<const principal>> authenticate(std::string_view) const override {
      return error{error_kind::not_authenticated, "no tokens here"};
    }
  };

  base::timer_queue timers_;
  silence log_;
  rpc::worker_pool workers_{0, 0};
  base::limits limits_;
  no_tokens tokens_;
  rpc::keyed_calls keyed_{limits_};
  registry methods_;
  rpc::counters counts_;
  rpc::dispatcher dispatcher_;
};

}  // namespace sidewire::bench
