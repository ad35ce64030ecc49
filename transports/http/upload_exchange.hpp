#pragma once

#include <memory>

#include "session/envelope.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `POST /rpc` with a session: an envelope of its client's messages, taken in order and once,
/// whatever transport the session is on. Their answers go down its link. Shard.
class upload_exchange final : public exchange {
 public:
  upload_exchange(responder& to, site& where, const decision& made)
      : to_{to}, site_{where}, who_{made.who} {}

  void begin(std::string& body) override;
  void on_drain_deadline() override {}

 private:
  void take(session::session& of, const session::envelope& brought);
  void answer(unsigned status, std::uint64_t received);

  responder& to_;
  site& site_;
  std::shared_ptr<const principal> who_;
};

/// `DELETE /rpc`: ends a session. Shard.
class end_exchange final : public exchange {
 public:
  end_exchange(responder& to, site& where, const decision& made)
      : to_{to}, site_{where}, who_{made.who} {}

  void begin(std::string& body) override;
  void on_drain_deadline() override {}

 private:
  responder& to_;
  site& site_;
  std::shared_ptr<const principal> who_;
};

}  // namespace sidewire::http
