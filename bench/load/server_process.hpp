#pragma once

#include <time.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sidewire::bench {

/// What the system says about the server's process, from outside it. The server must outlive this.
class server_process {
 public:
  /// `pid` 0 stands for no process: every figure is 0. `allocation_counter` is the file that
  /// liballocation-count.so keeps in the server, or empty. Throws std::system_error.
  server_process(int pid, const std::string& allocation_counter);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  /// User and system time of all its threads, in nanoseconds, exact at the time of the call.
  std::uint64_t cpu_nanoseconds() const;
  /// Resident memory, exact (the kernel's `smaps_rollup`). Takes some 0.1 ms.
  std::size_t resident_bytes() const;
  bool counts_allocations() const { return allocations_ != nullptr; }
  std::uint64_t allocation_count() const;

 private:
  int pid_;
  clockid_t clock_{};
  const std::atomic<std::uint64_t>* allocations_ = nullptr;
};

/// User and system time of this process, in nanoseconds.
std::uint64_t own_cpu_nanoseconds();

/// A clock that only moves forward, in nanoseconds.
std::uint64_t now_nanoseconds();

inline std::uint64_t nanoseconds(std::chrono::nanoseconds duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace sidewire::bench
