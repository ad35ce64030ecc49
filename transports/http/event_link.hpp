#pragma once

#include <chrono>
#include <memory>

#include "base/timer_queue.hpp"
#include "session/link.hpp"
#include "session/session.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `GET /rpc` as an event stream: opens or resumes a session, and is then the link that it has.
/// What the client says comes by POST. Shard.
class event_link final : public exchange, private session::link {
 public:
  event_link(responder& to, site& where, const decision& made);
  ~event_link() override;

  // exchange
  void begin(std::string& body) override;
  void on_room() override;
  void on_half_close() override;
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override;

 private:
  // session::link
  bool takes_messages() const noexcept override { return !is_over_; }
  bool has_room() const noexcept override { return to_.channel().has_room(); }
  void send(std::uint64_t number, format as, std::string_view message) override;
  void send_control(std::string_view method, const type_description* type,
                    const void* params) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void calls_ended() override;
  session::link_facts facts() const override;

  void begin_events();
  void write(const base::buffer& events);
  void leave(std::uint16_t code, std::string_view reason);
  void end_if_drained();
  void watch_life();
  void check_life(base::time_point now);

  responder& to_;
  site& site_;
  std::shared_ptr<const principal> who_;
  session::session* session_ = nullptr;
  base::member_timer<event_link, &event_link::check_life> life_{*this};
  base::time_point opened_{};
  base::time_point last_sent_{};
  bool has_begun_ = false;
  bool is_over_ = false;
  bool is_draining_ = false;
  bool peer_ended_ = false;
};

}  // namespace sidewire::http
