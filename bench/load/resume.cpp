// From connecting to the last missed message: TCP handshake, upgrade, `session.open` with the
// resume token, `session.resumed`, and every message that the client has not acknowledged. The
// session is the same each time; its messages are answers, which it never acknowledges. Before each
// resume its connection ends without a close frame, as where the network breaks.
#include <stdexcept>
#include <string>

#include "load/answers.hpp"
#include "load/epoll.hpp"
#include "load/greeting.hpp"
#include "load/latencies.hpp"
#include "load/requests.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

std::string call(std::size_t id) {
  return concat({R"({"jsonrpc":"2.0","id":)", std::to_string(id),
                 R"(,"method":"system.echo","params":{"text":"hello","n":42}})"});
}

/// Reads messages until so many counted ones have come.
void hear_all(greeting& from, std::size_t count) {
  while (count != 0) {
    if (!is_session_message(from.hear("jsonrpc"))) --count;
  }
}

}  // namespace

report measure_resume(const options& wanted) {
  const server_process server{wanted.server_pid, {}};
  socket connection{wanted.port, 0};
  const std::string resume_token = greet(connection, wanted);
  {
    greeting first{connection};
    for (std::size_t id = 1; id <= wanted.missed; ++id) first.say(call(id));
    hear_all(first, wanted.missed);
  }
  latencies resumes;
  const std::uint64_t server_cpu = server.cpu_nanoseconds();
  for (std::size_t i = 0; i < wanted.times; ++i) {
    connection = socket{};
    const std::uint64_t began = now_nanoseconds();
    connection = socket{wanted.port, 0};
    greeting again{connection};
    again.upgrade(wanted);
    again.say(session_open(resume_token));
    again.hear(R"("recovered":true)");
    hear_all(again, wanted.missed);
    resumes.record(now_nanoseconds() - began);
  }
  const auto used = static_cast<double>(server.cpu_nanoseconds() - server_cpu);
  report result;
  result.add("resumes", wanted.times)
      .add("p50Us", resumes.percentile_us(0.50))
      .add("p99Us", resumes.percentile_us(0.99))
      .add("serverCpuNs", used / static_cast<double>(wanted.times));
  return result;
}

}  // namespace sidewire::bench
