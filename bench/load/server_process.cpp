#include "load/server_process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace sidewire::bench {
namespace {

std::uint64_t read_clock(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) {
    throw std::system_error{errno, std::generic_category(), "clock_gettime"};
  }
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(time.tv_nsec);
}

const std::atomic<std::uint64_t>* map_counter(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::system_error{errno, std::generic_category(), path};
  void* const mapped =
      mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) throw std::system_error{errno, std::generic_category(), path};
  return static_cast<const std::atomic<std::uint64_t>*>(mapped);
}

}  // namespace

server_process::server_process(int pid, const std::string& allocation_counter) : pid_{pid} {
  if (pid_ != 0) {
    if (const int error = clock_getcpuclockid(pid_, &clock_); error != 0) {
      throw std::system_error{error, std::generic_category(), "the server's CPU clock"};
    }
  }
  if (!allocation_counter.empty()) allocations_ = map_counter(allocation_counter);
}

server_process::~server_process() {
  if (allocations_ != nullptr) {
    munmap(const_cast<std::atomic<std::uint64_t>*>(allocations_), sizeof *allocations_);
  }
}

std::uint64_t server_process::cpu_nanoseconds() const {
  return pid_ == 0 ? 0 : read_clock(clock_);
}

std::size_t server_process::resident_bytes() const {
  if (pid_ == 0) return 0;
  std::ifstream file{"/proc/" + std::to_string(pid_) + "/smaps_rollup"};
  std::string name;
  while (file >> name) {
    std::size_t kibibytes = 0;
    if (name == "Rss:" && file >> kibibytes) return kibibytes * 1024;
  }
  throw std::runtime_error{"the server's resident memory cannot be read"};
}

std::uint64_t server_process::allocation_count() const {
  return allocations_ == nullptr ? 0 : allocations_->load(std::memory_order_relaxed);
}

std::uint64_t own_cpu_nanoseconds() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

std::uint64_t now_nanoseconds() {
  return read_clock(CLOCK_MONOTONIC);
}

}  // namespace sidewire::bench
