#pragma once

#include <memory>

#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/poll_link.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `GET /rpc?poll=SECONDS`: opens or resumes a session, or is the next poll of one. Shard.
class poll_exchange final : public exchange, private held_poll {
 public:
  poll_exchange(responder& to, site& where, const decision& made)
      : to_{to}, site_{where}, who_{made.who} {}
  ~poll_exchange() override;

  // exchange
  void begin(std::string& body) override;
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override;

 private:
  void answer(std::string_view envelope) override;
  std::string address() const override;

  bool follow(const session::open_params& asked, std::chrono::milliseconds patience);
  void open(const session::open_params& asked);

  responder& to_;
  site& site_;
  std::shared_ptr<const principal> who_;
  poll_link* link_ = nullptr;  // while it is held
};

}  // namespace sidewire::http
