#include "services/service_thread.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <exception>
#include <string_view>
#include <thread>
#include <utility>

namespace sidewire::services {

struct service_thread::state {
  explicit state(base::logger& to) : log{to} {}

  base::logger& log;
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays{
      context.get_executor()};
  std::thread runs{[this] { context.run(); }};
};

service_thread::service_thread(base::logger& log) : state_{std::make_unique<state>(log)} {}

service_thread::~service_thread() {
  state_->context.stop();
  state_->runs.join();
}

boost::asio::io_context::executor_type service_thread::executor() {
  return state_->context.get_executor();
}

void service_thread::spawn(std::string name, awaitable<void> work) {
  boost::asio::co_spawn(
      state_->context, std::move(work),
      [&log = state_->log, name = std::move(name)](const std::exception_ptr& failed) {
        if (!failed) return;
        try {
          std::rethrow_exception(failed);
        } catch (const std::exception& reason) {
          log.log(
              base::log_level::error, "a service has failed",
              {{"service", std::string_view{name}}, {"reason", std::string_view{reason.what()}}});
        }
      });
}

}  // namespace sidewire::services
