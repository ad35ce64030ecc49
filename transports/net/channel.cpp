#include "transports/net/channel.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace sidewire::net {

namespace {

/// One read of a large message, so that its sender cannot keep the others waiting.
constexpr std::size_t max_read_bytes = std::size_t{1024} * 1024;
/// Room for a read where nothing is known of what comes.
constexpr std::size_t usual_read_bytes = std::size_t{16} * 1024;
/// What is read ahead of a conversation that is busy.
constexpr std::size_t max_read_ahead_bytes = std::size_t{64} * 1024;

}  // namespace

channel::channel(host& shared, std::unique_ptr<stream> bytes, const peer_address& peer)
    : host_{shared}, stream_{std::move(bytes)}, last_read_{shared.now()}, peer_{peer} {}

channel::~channel() = default;

void channel::open(std::unique_ptr<conversation> first) {
  conversation_ = std::move(first);
  host_.add(self());
  wait_to_read(self());
}

void channel::open(std::unique_ptr<conversation> first, base::buffer unread, base::buffer unsent) {
  in_ = std::move(unread);
  out_ = std::move(unsent);
  open(std::move(first));
  resume();
}

void channel::depart(std::function<void(departure)> taken_over) {
  taken_over_ = std::move(taken_over);
  state_ = state::departing;
}

void channel::hand_over(std::unique_ptr<conversation> next) {
  previous_ = std::exchange(conversation_, std::move(next));
}

std::shared_ptr<channel> channel::self() {
  return shared_from_this();
}

base::buffer& channel::output() {
  if (out_.capacity_bytes() == 0) out_ = host_.buffers().take();
  return out_;
}

void channel::send() {
  if (in_turn_ || flush_asked_ || state_ == state::closed) return;
  flush_asked_ = true;
  host_.flush_later(self());
}

bool channel::has_room() const noexcept {
  const bool room = out_.size() < host_.limits().max_unsent_bytes / 4;
  if (!room) lacked_room_ = true;
  return room;
}

void channel::on_readable(std::shared_ptr<stream_user> self) {
  waits_to_read_ = false;
  if (state_ == state::closed) return;
  in_turn_ = true;
  if (state_ != state::open) {
    drop_some();
  } else if (!paused_) {
    read_some();
  }
  end_turn(std::move(self));
}

void channel::on_writable(std::shared_ptr<stream_user> self) {
  waits_to_write_ = false;
  if (state_ == state::closed) return;
  in_turn_ = true;
  end_turn(std::move(self));
}

void channel::read_some() {
  const bool fresh = in_.empty();
  std::span<char> into = host_.read_buffer();
  if (!fresh) {
    const std::size_t wanted = conversation_->bytes_wanted();
    const std::size_t missing = wanted > in_.size() ? wanted - in_.size() : usual_read_bytes;
    // Memory grows with what arrives, not with what a header announces.
    const std::size_t room =
        std::min({missing, std::max(in_.size(), usual_read_bytes), max_read_bytes});
    into = {in_.prepare(room), room};
  }
  const io_result got = stream_->read_some(into);
  switch (got.status) {
    case io_status::would_block:
      return;
    case io_status::failed:
      return fail();
    case io_status::end:
      saw_end_ = true;
      if (!in_.empty()) feed_kept();
      if (state_ == state::open && !paused_) conversation_->on_end();
      return;
    case io_status::done:
      break;
  }
  last_read_ = host_.now();
  host_.count_received(conversation_->speaks(), got.count);
  if (fresh) return feed(into.first(got.count));
  in_.commit(got.count);
  feed_kept();
}

void channel::drop_some() {
  const io_result got = stream_->read_some(host_.read_buffer());
  if (got.status == io_status::failed) return fail();
  if (got.status != io_status::end) return;
  saw_end_ = true;
  if (state_ == state::lingering) fail();
}

std::size_t channel::converse(std::span<char> input) {
  std::size_t taken = 0;
  const conversation* spoken = nullptr;
  while (taken != input.size() && state_ == state::open && spoken != conversation_.get()) {
    spoken = conversation_.get();
    taken += conversation_->on_bytes(input.subspan(taken));
  }
  // What it left for want of room is fed again when there is room, not when more arrives.
  if (is_full()) paused_ = true;
  return taken;
}

void channel::feed(std::span<char> fresh) {
  const auto rest = fresh.subspan(converse(fresh));
  if (rest.empty() || (state_ != state::open && state_ != state::departing)) return;
  in_ = host_.buffers().take();
  in_.append({rest.data(), rest.size()});
}

void channel::feed_kept() {
  const std::size_t taken = converse(in_.bytes());
  in_.consume(taken);
  if (in_.empty()) host_.buffers().give_back(std::move(in_));
}

void channel::resume() {
  boost::asio::post(host_.runs_on(), [self = self()] {
    if (self->state_ != state::open) return;
    self->paused_ = false;
    self->in_turn_ = true;
    self->host_.now();  // a turn begins, though nothing was read
    if (!self->in_.empty()) self->feed_kept();
    if (self->saw_end_ && self->state_ == state::open && !self->paused_ &&
        !self->conversation_->is_busy()) {
      self->conversation_->on_end();
    }
    self->end_turn(self);
  });
}

void channel::run_turn() {
  flush_asked_ = false;
  if (state_ == state::closed) return;
  in_turn_ = true;
  end_turn(self());
}

void channel::end_turn(std::shared_ptr<stream_user> self) {
  host_.turn_ended();
  write_some();
  tell_of_room();
  if (state_ == state::sending_rest && out_.empty()) {
    stream_->shutdown_write();
    state_ = state::lingering;
    host_.timers().set(patience_, host_.now() + host_.limits().close_timeout);
    if (saw_end_) fail();
  }
  if (state_ == state::departing) return leave();
  if (state_ != state::open) in_.release();
  in_turn_ = false;
  previous_.reset();
  if (state_ == state::closed) return tear_down();
  wait_to_read(std::move(self));
}

void channel::leave() {
  in_turn_ = false;
  state_ = state::closed;
  patience_.cancel();
  stream_->leave();
  taken_over_({std::move(stream_), std::move(in_), std::move(out_), peer_});
  tear_down();
}

void channel::write_some() {
  if (out_.empty() || waits_to_write_ || state_ == state::closed) return;
  const iovec all{out_.data(), out_.size()};
  const io_result put = stream_->write_some({&all, 1});
  if (put.status == io_status::failed) return fail();
  host_.count_sent(conversation_->speaks(), put.count);
  out_.consume(put.count);
  if (out_.empty()) {
    host_.buffers().give_back(std::move(out_));
    patience_.cancel();
    return;
  }
  if (put.count != 0 || !patience_.is_set()) {
    host_.timers().set(patience_, host_.now() + host_.limits().write_timeout);
  }
  waits_to_write_ = true;
  stream_->wait_writable(self());
}

void channel::tell_of_room() {
  if (state_ != state::open) return;
  if (lacked_room_ && has_room()) {
    lacked_room_ = false;
    conversation_->on_room();
    write_some();
  }
  if (paused_ && out_.size() < host_.limits().max_unsent_bytes / 2) resume();
}

void channel::wait_to_read(std::shared_ptr<stream_user> self) {
  if (waits_to_read_ || saw_end_) return;
  if (state_ == state::open) {
    if (is_full()) paused_ = true;
    if (paused_) return;
    if (in_.size() >= max_read_ahead_bytes && conversation_->bytes_wanted() <= in_.size()) return;
  }
  waits_to_read_ = true;
  stream_->wait_readable(std::move(self));
}

void channel::close_after_sending() {
  if (state_ != state::open) return;
  state_ = state::sending_rest;
  send();
}

void channel::fail() {
  if (state_ == state::closed) return;
  state_ = state::closed;
  stream_->close();
  patience_.cancel();
  if (!in_turn_) {
    boost::asio::post(host_.runs_on(), [self = self()] { self->tear_down(); });
  }
}

void channel::tear_down() {
  const auto kept_alive = self();
  conversation_.reset();
  previous_.reset();
  host_.buffers().give_back(std::move(in_));
  host_.buffers().give_back(std::move(out_));
  host_.remove(*this);
}

void channel::time_is_up(base::time_point) {
  fail();
}

}  // namespace sidewire::net
