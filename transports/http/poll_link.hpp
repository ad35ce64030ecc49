#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/timer_queue.hpp"
#include "session/envelope.hpp"
#include "session/link.hpp"
#include "session/session.hpp"
#include "session/store.hpp"

namespace sidewire::http {

/// A poll that is held: one request.
class held_poll {
 public:
  /// Answers the request.
  virtual void answer(std::string_view envelope) = 0;
  /// Who asked.
  virtual std::string address() const = 0;

 protected:
  ~held_poll() = default;
};

/// The link of a session whose client polls: gathers what there is into one envelope a request, and
/// stays for a while between two requests. Owned by the shard's `poll_desk`, which it tells when it
/// is over. Shard.
class poll_link final : public session::link {
 public:
  /// `over` is called once, when nothing of it is needed any more; it ends some time after.
  poll_link(session::store& sessions, std::function<void(poll_link&)> over);
  ~poll_link() override;

  /// The first poll waits from now on, to be answered at once; then the session, which is being
  /// opened with this link, is there.
  void open(held_poll& first) { held_ = &first; }
  void opened(session::session& made);
  /// The next poll: the client has everything up to `received`. Nothing where it was never sent, or
  /// less than was acknowledged; else it is held until `until`.
  enum class verdict : std::uint8_t { held, never_sent, late };
  verdict follow(held_poll& next, std::uint64_t received, base::time_point until);
  /// The request of a held poll has ended without its answer.
  void give_up(const held_poll& left);

  void drain(std::chrono::milliseconds patience);
  void drain_deadline();

  // session::link
  bool takes_messages() const noexcept override;
  bool has_room() const noexcept override { return !is_over_; }
  void send(std::uint64_t number, format as, std::string_view message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void calls_ended() override;
  session::link_facts facts() const override;

 private:
  void send_control(std::string_view method, const type_description* type,
                    const void* params) override;
  void answer_soon();
  void answer();
  void leave(std::uint16_t code, std::string_view reason);
  void time_is_up(base::time_point now);

  session::store& sessions_;
  std::function<void(poll_link&)> over_;
  session::session* session_ = nullptr;
  held_poll* held_ = nullptr;
  session::envelope_writer envelope_;
  base::member_timer<poll_link, &poll_link::time_is_up> timer_{*this};
  bool is_draining_ = false;
  bool is_over_ = false;
};

}  // namespace sidewire::http
