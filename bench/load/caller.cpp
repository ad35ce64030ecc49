#include "load/caller.hpp"

#include <cstring>
#include <stdexcept>

#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

/// Room behind an incomplete answer for what follows it.
constexpr std::size_t spare_bytes = 64 * 1024;

/// Sends the upgrade and reads its answer, after which nothing may have come.
void upgrade(socket& with, std::string_view request) {
  if (request.empty()) return;
  with.send_all(request);
  std::string answer(16 * 1024, '\0');
  std::size_t count = 0;
  std::size_t header_bytes = 0;
  while (header_bytes == 0) {
    const auto got = with.receive_some({answer.data() + count, answer.size() - count});
    if (got.count == 0) throw std::runtime_error{"closed during the upgrade"};
    count += got.count;
    header_bytes = cut_upgrade({answer.data(), count});
  }
  if (header_bytes != count) throw std::runtime_error{"a message that nothing asked for"};
}

}  // namespace

caller::caller(const options& wanted, std::size_t index, answer_checker& checker)
    : transport_{wanted.transport},
      checker_{checker},
      ring_{build_requests(wanted, index)},
      socket_{wanted.port, 0},
      sent_at_(ring_.count) {
  upgrade(socket_, opening(wanted));
  socket_.set_non_blocking();
}

void caller::send(std::size_t count, std::uint64_t now) {
  for (std::size_t i = 0; i < count; ++i) {
    if (sent_at_[next_] != 0) throw std::runtime_error{"an answer was passed over"};
    sent_at_[next_] = now;
    if (++next_ == ring_.count) next_ = 0;
  }
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

std::size_t caller::receive(std::span<char> shared, latencies* into, std::uint64_t& clock) {
  const bool continues = held_bytes_ != 0;
  const std::span<char> room = continues ? std::span{held_}.subspan(held_bytes_) : shared;
  const auto got = socket_.receive_some(room);
  clock = now_nanoseconds();
  if (got.ended) throw std::runtime_error{"the server closed the connection"};
  std::string_view received{continues ? held_.data() : shared.data(), held_bytes_ + got.count};
  const std::size_t answered = take_answers(received, into, clock);
  hold(received);
  return answered;
}

void caller::hold(std::string_view incomplete) {
  const bool moves = held_bytes_ != 0;  // it lies in held_ already
  held_bytes_ = incomplete.size();
  if (incomplete.empty()) return;
  const std::size_t needed = cut_answer(transport_, incomplete, ring_.request_bytes).needed_bytes;
  const std::ptrdiff_t offset = moves ? incomplete.data() - held_.data() : 0;
  if (held_.size() < needed + spare_bytes) held_.resize(needed + spare_bytes);
  std::memmove(held_.data(), moves ? held_.data() + offset : incomplete.data(), held_bytes_);
}

std::size_t caller::take_answers(std::string_view& received, latencies* into, std::uint64_t now) {
  std::size_t answered = 0;
  for (;;) {
    const received_answer answer = cut_answer(transport_, received, ring_.request_bytes);
    if (answer.consumed_bytes == 0) return answered;
    take_answer(answer.payload, into, now);
    answer_bytes_ = answer.consumed_bytes;
    received.remove_prefix(answer.consumed_bytes);
    ++answered;
  }
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
  if (transport_ != transport::raw) return checker_.check(payload) - ring_.first_id;
  const std::size_t index = next_answer_;
  if (payload != ring_.request(index)) throw std::runtime_error{"an echo of other bytes"};
  if (++next_answer_ == ring_.count) next_answer_ = 0;
  return index;
}

}  // namespace sidewire::bench
