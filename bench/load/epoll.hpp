#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <system_error>

#include "load/options.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {

/// The descriptors that a scenario waits for, by index. Level-triggered. Not thread-safe.
class epoll {
 public:
  explicit epoll(waiting how = waiting::asleep)
      : how_{how}, descriptor_{epoll_create1(EPOLL_CLOEXEC)} {
    if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
  }
  ~epoll() { close(descriptor_); }
  epoll(const epoll&) = delete;
  epoll& operator=(const epoll&) = delete;

  void add(int descriptor, std::size_t index, std::uint32_t interest) {
    control(EPOLL_CTL_ADD, descriptor, index, interest);
  }
  void change(int descriptor, std::size_t index, std::uint32_t interest) {
    control(EPOLL_CTL_MOD, descriptor, index, interest);
  }

  /// Waits for events; valid until the next wait. Throws where nothing comes for ten seconds,
  /// which means that the server lost an answer.
  std::span<const epoll_event> wait() {
    const std::uint64_t began = how_ == waiting::spinning ? now_nanoseconds() : 0;
    for (;;) {
      const int count = wait_once();
      if (count != 0) return {events_.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
      if (how_ == waiting::asleep || now_nanoseconds() - began > nanoseconds(patience)) {
        throw std::runtime_error{"no answer within ten seconds"};
      }
    }
  }

 private:
  static constexpr std::chrono::milliseconds patience{10'000};

  int wait_once() {
    const auto timeout = how_ == waiting::asleep ? patience : std::chrono::milliseconds{0};
    return epoll_wait(descriptor_, events_.data(), static_cast<int>(events_.size()),
                      static_cast<int>(timeout.count()));
  }

  void control(int operation, int descriptor, std::size_t index, std::uint32_t interest) {
    epoll_event event{.events = interest, .data = {.u64 = index}};
    if (epoll_ctl(descriptor_, operation, descriptor, &event) != 0) {
      throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    }
  }

  waiting how_;
  int descriptor_;
  std::array<epoll_event, 256> events_;
};

}  // namespace sidewire::bench
