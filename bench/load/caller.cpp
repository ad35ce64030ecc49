#include "load/caller.hpp"

#include <stdexcept>

#include "load/greeting.hpp"

namespace sidewire::bench {

caller::caller(const options& wanted, std::size_t index, answer_checker& checker)
    : transport_{wanted.transport},
      dialect_{wanted.dialect},
      checker_{checker},
      ring_{build_requests(wanted, index)},
      socket_{wanted.port, 0},
      stream_{wanted.transport, ring_.request_bytes},
      sent_at_(ring_.count) {
  greet(socket_, wanted);
  socket_.set_non_blocking();
}

void caller::send(std::size_t count, std::uint64_t now) {
  for (std::size_t i = 0; i < count; ++i) {
    if (sent_at_[next_] != 0) throw std::runtime_error{"an answer was passed over"};
    sent_at_[next_] = now;
    if (++next_ == ring_.count) next_ = 0;
  }
  acknowledge_if_due();
  waiting_ += count;
  unsent_bytes_ += count * ring_.request_bytes;
  flush();
}

void caller::flush() {
  if (unsent_bytes_ == 0) return;
  const std::size_t sent =
      socket_.send_some(std::string_view{ring_.bytes}.substr(unsent_offset_, unsent_bytes_));
  unsent_bytes_ -= sent;
  unsent_offset_ += sent;
  const std::size_t ring_bytes = ring_.count * ring_.request_bytes;
  if (unsent_offset_ >= ring_bytes) unsent_offset_ -= ring_bytes;
}

/// The acknowledgement leaves together with the requests that follow it.
void caller::acknowledge_if_due() {
  if (dialect_ != dialect::session || unsent_bytes_ != 0) return;
  if (received_ - acknowledged_ < acknowledged_at_once) return;
  const std::string frame = text_frame(session_ack(received_));
  if (socket_.send_some(frame, socket::pushing::later) != frame.size()) {
    throw std::runtime_error{"no room for an acknowledgement"};
  }
  acknowledged_ = received_;
}

std::size_t caller::receive(std::span<char> shared, latencies* into, std::uint64_t& clock) {
  const std::uint64_t before = received_;
  stream_.receive(socket_, shared, clock, [&](const received_answer& answer) {
    if (dialect_ == dialect::session && is_session_message(answer.payload)) return;
    take_answer(answer.payload, into, clock);
    answer_bytes_ = answer.consumed_bytes;
    ++received_;
  });
  return received_ - before;
}

void caller::take_answer(std::string_view payload, latencies* into, std::uint64_t now) {
  const std::size_t index = index_of(payload);
  if (index >= ring_.count) throw std::runtime_error{"an answer to another connection's call"};
  if (sent_at_[index] == 0) throw std::runtime_error{"an answer that came twice"};
  if (into != nullptr) into->record(now - sent_at_[index]);
  sent_at_[index] = 0;
  --waiting_;
}

std::size_t caller::index_of(std::string_view payload) {
  const bool is_rest = transport_ == transport::rest_post || transport_ == transport::rest_get;
  if (transport_ != transport::raw && !is_rest) return checker_.check(payload) - ring_.first_id;
  const std::size_t index = next_answer_;
  if (is_rest) {
    checker_.check_result(payload);
  } else if (payload != ring_.request(index)) {
    throw std::runtime_error{"an echo of other bytes"};
  }
  if (++next_answer_ == ring_.count) next_answer_ = 0;
  return index;
}

}  // namespace sidewire::bench
