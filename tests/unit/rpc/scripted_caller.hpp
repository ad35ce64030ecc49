#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <sidewire/json.hpp>
#include <sidewire/principal.hpp>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "rpc/caller.hpp"
#include "rpc/client_requests.hpp"
#include "rpc/dispatcher.hpp"
#include "tests/unit/rpc/shard_loop.hpp"

namespace sidewire::rpc::test {

/// A peer whose half of the conversation a test writes down: what it says, and what it must hear.
/// Texts are JSON on the page; a caller that `speaks` MessagePack sends and hears them packed. It
/// fails where something that it heard was not expected, and where the dispatcher breaks the rules
/// of `caller`.
class scripted_caller final : public caller {
 public:
  scripted_caller(dispatcher& served_by, shard_loop& loop, std::shared_ptr<const principal> who);
  ~scripted_caller() override;

  /// From now on.
  void speaks(format as) noexcept { speaks_ = as; }
  void says(std::string_view json_text);
  /// Bytes as they are.
  void sends(std::string_view bytes);

  /// The next message; waits for it.
  void hears(std::string_view expected);
  /// Likewise, and it must come in this format.
  void hears(format as, std::string_view expected);
  /// The next message, as JSON.
  std::string heard();
  /// Nothing is left to be heard.
  void hears_nothing();

  /// Messages that it has sent and of which nothing more will be said.
  int settled_count() const noexcept { return settled_count_; }
  void waits_until_settled(int count);
  int failed_authentications() const noexcept { return failed_authentications_; }
  int ended_calls_count() const noexcept { return ended_calls_count_; }

  /// The server may call it from now on.
  void takes_requests() {
    requests_ = std::make_unique<client_requests>(served_by_.shared(), *this);
  }
  void takes_msgpack(bool takes) noexcept { takes_msgpack_ = takes; }
  void wants(progress_delivery how) noexcept { delivery_ = how; }
  void is_full() noexcept { has_room_ = false; }
  void has_room_again();

  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override;
  void drop_message() override;
  bool has_room() const noexcept override { return has_room_; }
  progress_delivery delivery() const noexcept override { return delivery_; }
  bool takes_msgpack() const noexcept override { return takes_msgpack_; }
  client_requests* requests() override { return requests_.get(); }
  void authentication_failed() override { ++failed_authentications_; }
  void settled() override { ++settled_count_; }
  void calls_ended() override { ++ended_calls_count_; }

 private:
  struct message {
    format written_as;
    std::string text;  // as JSON
  };
  message next();

  dispatcher& served_by_;
  shard_loop& loop_;
  std::deque<message> heard_;
  std::unique_ptr<client_requests> requests_;
  base::buffer current_;
  format current_format_ = format::json;
  format speaks_ = format::json;
  progress_delivery delivery_ = progress_delivery::notified;
  int settled_count_ = 0;
  int failed_authentications_ = 0;
  int ended_calls_count_ = 0;
  bool writing_ = false;
  bool takes_msgpack_ = false;
  bool has_room_ = true;
};

}  // namespace sidewire::rpc::test
