#include "tests/unit/services/method_runner.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <optional>

#include "codec/decode.hpp"
#include "codec/encode.hpp"

namespace sidewire::services {
namespace {

template <class... Value>
std::string json_of(const Value&... value) {
  base::buffer out;
  codec::encode(out, format::json, value...);
  return std::string{out.view()};
}

std::string json_of_result(const type_description* type, const void* value) {
  return type ? json_of(*type, value) : "null";
}

std::string text_of(const error& reason) {
  std::string text = std::string{name_of(reason.kind())} + ": " + reason.message();
  if (reason.pointer()) text += " at " + *reason.pointer();
  return text;
}

class started_call final : public detail::running_call,
                           public running_method,
                           public std::enable_shared_from_this<started_call> {
 public:
  started_call(std::string_view method, boost::asio::io_context& loop)
      : method_{method}, loop_{loop} {}

  std::string_view method() const noexcept override { return method_; }
  const principal& caller() const noexcept override { return caller_; }
  bool cancelled() const noexcept override { return cancelled_; }
  std::optional<std::chrono::steady_clock::time_point> deadline() const noexcept override {
    return {};
  }

  void finish(const type_description* type, const void* value) override {
    if (!answer_) answer_ = json_of_result(type, value);
  }
  void fail(const error& reason) override {
    if (!answer_) answer_ = text_of(reason);
  }
  void spawn(awaitable<void> work) override {
    boost::asio::co_spawn(
        loop_, std::move(work),
        boost::asio::bind_cancellation_slot(
            cancellation_.slot(), [self = shared_from_this()](std::exception_ptr problem) {
              if (problem) self->fail_with(problem);
            }));
  }
  void run_on_worker(std::function<std::function<void()>()> work) override {
    try {
      work()();
    } catch (...) {
      fail_with(std::current_exception());
    }
  }

  bool ended() const override { return answer_.has_value(); }
  const std::string& answer() const override { return *answer_; }
  const std::vector<std::string>& progress() const override { return progress_; }
  void cancel() override {
    cancelled_ = true;
    cancellation_.emit(boost::asio::cancellation_type::terminal);
  }

 private:
  void fail_with(std::exception_ptr problem) {
    try {
      std::rethrow_exception(problem);
    } catch (const call_failed& failed) {
      fail(failed.reason());
    } catch (const boost::system::system_error& failed) {
      CHECK(failed.code() == boost::asio::error::operation_aborted);
      fail({error_kind::request_cancelled, "cancelled"});
    }
  }

  awaitable<void> send_progress(const type_description& type, const void* value) override {
    progress_.push_back(json_of(type, value));
    return sent();
  }
  static awaitable<void> sent() { co_return; }
  std::shared_ptr<sidewire::peer> peer() override { return nullptr; }

  std::string method_;
  boost::asio::io_context& loop_;
  principal caller_{"local", {"admin"}};
  bool cancelled_ = false;
  boost::asio::cancellation_signal cancellation_;
  std::optional<std::string> answer_;
  std::vector<std::string> progress_;
};

class direct_invocation final : public detail::invocation {
 public:
  direct_invocation(const method& called, std::string_view params, boost::asio::io_context& loop)
      : params_{params}, call{std::make_shared<started_call>(called.name, loop)} {}

  bool read_params(const type_description* type, void* into) override {
    if (!type) return true;
    if (type->kind == type_kind::any_view) {
      *static_cast<json_view*>(into) = json_view{params_, format::json};
      return true;
    }
    const auto outcome = codec::decode(json_view{params_, format::json}, *type, into,
                                       codec::unknown_members::refused);
    if (!outcome) fail(outcome.error());
    return outcome.has_value();
  }
  void finish(const type_description* type, const void* value) override {
    call->finish(type, value);
  }
  void fail(const error& reason) override { call->fail(reason); }
  std::shared_ptr<detail::running_call> detach() override { return call; }

 private:
  std::string_view params_;

 public:
  std::shared_ptr<started_call> call;
};

}  // namespace

struct method_runner::state {
  boost::asio::io_context loop;
  registry methods;
};

method_runner::method_runner() : state_{std::make_unique<state>()} {}
method_runner::~method_runner() = default;

registry& method_runner::methods() {
  return state_->methods;
}

std::shared_ptr<running_method> method_runner::start(std::string_view name,
                                                     std::string_view params) {
  const method* called = state_->methods.find(name);
  REQUIRE(called != nullptr);
  direct_invocation invocation{*called, params, state_->loop};
  try {
    called->invoke(invocation);
  } catch (const call_failed& failed) {
    invocation.fail(failed.reason());
  }
  return invocation.call;
}

std::string method_runner::call(std::string_view name, std::string_view params) {
  const auto started = start(name, params);
  run_until([&] { return started->ended(); });
  return started->answer();
}

void method_runner::run_one(std::chrono::steady_clock::time_point patience) {
  state_->loop.restart();
  REQUIRE(state_->loop.run_one_until(patience) == 1);
}

}  // namespace sidewire::services
