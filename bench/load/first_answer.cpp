// From connecting to the answer of the first call, for one client after another: TCP handshakes,
// what opens the transport and its session, the call, its answer. Over HTTP a session connects
// twice, down and up. The first client is not counted.
#include <array>
#include <stdexcept>
#include <string>

#include "load/answers.hpp"
#include "load/latencies.hpp"
#include "load/listener.hpp"
#include "load/requests.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {
namespace {

/// One request and its answer on a connection of its own.
void post_once(const options& wanted) {
  socket connection{wanted.port, 0};
  connection.send_all(build_requests(wanted, 0).bytes);
  std::string received;
  std::array<char, 4096> bytes;
  while (cut_response(received, status_ok).consumed_bytes == 0) {
    const auto got = connection.receive_some(bytes);
    if (got.ended) throw std::runtime_error{"the server closed the connection"};
    received.append(bytes.data(), got.count);
  }
  answer_checker{wanted}.check(cut_response(received, status_ok).payload);
}

std::uint64_t ask_once(const options& wanted) {
  const std::uint64_t began = now_nanoseconds();
  if (wanted.transport == transport::post) {
    post_once(wanted);
    return now_nanoseconds() - began;
  }
  const auto uploads = connect_uploads(wanted);
  const auto client = start_listening(wanted, uploads.get(), 0);
  return now_nanoseconds() - began;
}

}  // namespace

report measure_first_answer(const options& wanted) {
  const server_process server{wanted.server_pid, {}};
  ask_once(wanted);
  latencies answers;
  const std::uint64_t server_cpu = server.cpu_nanoseconds();
  for (std::size_t i = 0; i < wanted.times; ++i) answers.record(ask_once(wanted));
  const auto used = static_cast<double>(server.cpu_nanoseconds() - server_cpu);
  report result;
  result.add("clients", wanted.times)
      .add("p50Us", answers.percentile_us(0.50))
      .add("p99Us", answers.percentile_us(0.99))
      .add("serverCpuNs", used / static_cast<double>(wanted.times));
  return result;
}

}  // namespace sidewire::bench
