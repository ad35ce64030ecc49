// Memory of an idle connection: the growth of the server's resident memory over many connections
// that each made one call, or with a topic subscribed to it and acknowledged the answer, and then
// fell silent, divided by their number. One connection comes and goes before, so that what the
// first one costs once is left out. The kernel's own memory for the sockets is not counted.
// Handshakes happen one after another.
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "load/caller.hpp"
#include "load/epoll.hpp"
#include "load/listener.hpp"
#include "load/requests.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

/// For what the server puts off: deferred frees, timers, a collection.
constexpr std::chrono::milliseconds settling{1000};

std::unique_ptr<caller> call_once(const options& wanted, std::size_t index, answer_checker& checker,
                                  std::vector<char>& shared) {
  auto made = std::make_unique<caller>(wanted, index, checker);
  epoll answered;
  answered.add(made->descriptor(), 0, EPOLLIN);
  std::uint64_t clock = now_nanoseconds();
  made->send(1, clock);
  while (made->waiting() != 0) {
    answered.wait();
    made->receive(shared, nullptr, clock);
  }
  return made;
}

/// Whatever ends the connection when it goes.
using idle_connection = std::variant<std::unique_ptr<caller>, std::unique_ptr<listener>>;

idle_connection subscribe_once(const options& wanted, upload_line* uploads) {
  std::unique_ptr<listener> made = start_listening(wanted, uploads, 0);
  made->acknowledge();
  if (uploads != nullptr) uploads->wait_for_answers();
  return made;
}

}  // namespace

report measure_idle(const options& wanted) {
  const server_process server{wanted.server_pid, {}};
  answer_checker checker{wanted};
  std::vector<char> shared(64 * 1024);
  const auto uploads = connect_uploads(wanted);
  const auto open = [&](std::size_t index) -> idle_connection {
    if (!wanted.topic.empty()) return subscribe_once(wanted, uploads.get());
    return call_once(wanted, index, checker, shared);
  };
  open(0);
  std::this_thread::sleep_for(settling);
  const std::size_t before = server.resident_bytes();
  std::vector<idle_connection> idle;
  for (std::size_t i = 0; i < wanted.connections; ++i) idle.push_back(open(i));
  std::this_thread::sleep_for(settling);
  const std::size_t after = server.resident_bytes();
  const double growth = static_cast<double>(after) - static_cast<double>(before);
  report result;
  result.add("connections", idle.size())
      .add("residentBytesBefore", before)
      .add("residentBytesAfter", after)
      .add("grownBytes", growth)
      .add("bytesPerConnection", growth / static_cast<double>(idle.size()));
  return result;
}

}  // namespace sidewire::bench
