#include "rpc/client_requests.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <utility>

#include "codec/message.hpp"
#include "codec/read_error.hpp"
#include "rpc/caller.hpp"

namespace sidewire::rpc {

namespace asio = boost::asio;

namespace {

struct cancelled_request {
  std::uint64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(cancelled_request, (), (id))

protocol::id_view id_of(std::uint64_t number) {
  protocol::id_view id;
  id.kind = protocol::id_kind::unsigned_integer;
  id.unsigned_integer = number;
  return id;
}

}  // namespace

/// Kept by the table and by the coroutine that waits.
struct client_requests::pending : private base::timer {
  pending(client_requests& owner, std::uint64_t number, std::chrono::milliseconds timeout)
      : woken{owner.shared_.executor}, owner_{&owner}, id{number} {
    woken.expires_at(base::time_point::max());
    owner.shared_.timers.set(*this, owner.shared_.now() + timeout);
  }

  void settle(result<json> outcome) {
    timer::cancel();
    answer = std::move(outcome);
    owner_ = nullptr;
    woken.cancel();
  }
  /// Nobody waits for the answer any more.
  void give_up() {
    timer::cancel();
    if (client_requests* const owner = std::exchange(owner_, nullptr)) owner->give_up(id);
  }

  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      woken;
  std::optional<result<json>> answer;

 private:
  void expired(base::time_point) override {
    owner_->give_up(id);
    settle(error{error_kind::deadline_exceeded, "the client did not answer in time"});
  }

  client_requests* owner_;  // null once it is settled
  std::uint64_t id;
};

client_requests::~client_requests() {
  for (const auto& [id, request] : waiting_) {
    request->settle(error{error_kind::unavailable, "the client's session has ended"});
  }
}

awaitable<json> client_requests::send(std::string_view method, const type_description& type,
                                      const void* params, std::chrono::milliseconds timeout) {
  if (waiting_.size() >= shared_.limits.max_client_requests) {
    throw call_failed{
        error{error_kind::limit_exceeded, "too many requests wait for this client"}.limit(
            "maxClientRequests")};
  }
  const std::uint64_t id = ++last_id_;
  auto request = std::make_shared<pending>(*this, id, timeout);
  waiting_.emplace(id, request);
  const format as = to_.own_format();
  codec::write_request(to_.begin_message(as), as, id_of(id), method, &type, params);
  to_.end_message();
  return answer_to(std::move(request));
}

awaitable<json> client_requests::answer_to(std::shared_ptr<pending> request) {
  boost::system::error_code woken;
  if (!request->answer) {
    co_await request->woken.async_wait(
        asio::redirect_error(asio::use_awaitable_t<asio::io_context::executor_type>{}, woken));
  }
  if (!request->answer) {  // whoever waits was cancelled
    request->give_up();
    throw boost::system::system_error{woken};
  }
  if (!*request->answer) throw call_failed{request->answer->error()};
  co_return std::move(**request->answer);
}

void client_requests::give_up(std::uint64_t id) {
  waiting_.erase(id);
  const cancelled_request params{id};
  const format as = to_.own_format();
  codec::write_notification(to_.begin_message(as), as, cancel_method,
                            &describe<cancelled_request>(), &params);
  to_.end_message();
}

void client_requests::take(const codec::incoming& response) {
  if (response.id.kind != protocol::id_kind::unsigned_integer) return;
  const auto found = waiting_.find(response.id.unsigned_integer);
  if (found == waiting_.end()) return;
  const auto request = std::move(found->second);
  waiting_.erase(found);
  if (response.result) {
    request->settle(json{response.result->view()});
  } else {
    request->settle(codec::read_error(*response.failure));
  }
}

}  // namespace sidewire::rpc
