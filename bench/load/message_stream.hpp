#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "load/answers.hpp"
#include "load/options.hpp"
#include "load/server_process.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {

/// Cuts what each read of one connection brings into messages, and keeps an incomplete one until
/// its rest has come. Not thread-safe.
class message_stream {
 public:
  /// `raw_bytes`: as `cut_answer` says.
  explicit message_stream(transport kind, std::size_t raw_bytes = 0)
      : transport_{kind}, raw_bytes_{raw_bytes} {}

  /// Reads once into `shared` (or behind the incomplete message) and gives each whole message to
  /// `take(const received_answer&)`. `clock` is read after the bytes have come, before they are
  /// looked at. Throws std::runtime_error where the server ends.
  template <class Take>
  void receive(socket& from, std::span<char> shared, std::uint64_t& clock, const Take& take) {
    const bool continues = held_bytes_ != 0;
    const auto got = from.receive_some(continues ? std::span{held_}.subspan(held_bytes_) : shared);
    clock = now_nanoseconds();
    if (got.ended) throw std::runtime_error{"the server closed the connection"};
    std::string_view rest{continues ? held_.data() : shared.data(), held_bytes_ + got.count};
    for (;;) {
      const received_answer next = cut_answer(transport_, rest, raw_bytes_);
      if (next.consumed_bytes == 0) return hold(rest, next.needed_bytes);
      take(next);
      rest.remove_prefix(next.consumed_bytes);
    }
  }

 private:
  void hold(std::string_view incomplete, std::size_t needed_bytes);

  transport transport_;
  std::size_t raw_bytes_;
  std::vector<char> held_;  // room for the incomplete message of `held_bytes_`
  std::size_t held_bytes_ = 0;
};

}  // namespace sidewire::bench
