#include "tests/unit/rpc/scene.hpp"

#include "rpc/builtins.hpp"

namespace sidewire::rpc::test {

void error_log::write(base::log_level, std::string_view message,
                      std::initializer_list<base::log_field> fields) {
  std::string line{message};
  for (const auto& field : fields) {
    line += field.name == "reason" ? ": " : " ";
    line += std::get<std::string_view>(field.value);
  }
  lines_.push_back(std::move(line));
}

result<std::shared_ptr<const principal>> name_tokens::authenticate(std::string_view token) const {
  if (token == "nobody") return error{error_kind::not_authenticated, "the token is nobody's"};
  return std::make_shared<const principal>(
      principal{std::string{token}, {"scope of " + std::string{token}}});
}

scene::scene()
    : workers_{std::make_unique<worker_pool>(1, max_waiting_calls)},
      dispatcher_{{.executor = loop_.context().get_executor(),
                   .timers = timers_,
                   .now = [this] { return counts_.by_method.clock_was_read(now_); },
                   .log = log,
                   .workers = *workers_,
                   .limits = limits,
                   .tokens = tokens_,
                   .keyed = keyed_,
                   .methods = methods,
                   .discovery = {R"({"openrpc":"1.2.6"})", format::json},
                   .counts = counts_}} {
  add_builtins(methods);
  client = make_caller(std::make_shared<principal>(principal{"ada", {}}));
}

scene::~scene() {
  client_leaves();
  workers_.reset();
  settle();
  for (const std::string& line : log.take()) FAIL_CHECK("logged " << line);
  CHECK(timers_.size() == 0);
  CHECK(counts_.calls_in_flight.value() == 0);
  CHECK(loop_.has_no_work());
}

std::unique_ptr<scripted_caller> scene::make_caller(std::shared_ptr<const principal> who) {
  return std::make_unique<scripted_caller>(dispatcher_, loop_, std::move(who));
}

void scene::client_leaves() {
  loop_.run([this] { client.reset(); });
  settle();
}

void scene::time_passes(std::chrono::milliseconds by) {
  now_ += by;
  loop_.run([this] { timers_.run_expired(now_); });
  settle();
}

}  // namespace sidewire::rpc::test
