#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sidewire::bench {

/// What the bytes on the wire look like. `raw` sends the bytes of `websocket_text` without a
/// handshake and wants them back as they were.
enum class transport : std::uint8_t {
  raw,
  websocket_text,
  websocket_binary,
  post,       ///< JSON-RPC in the body
  rest_post,  ///< the params in the body; the path names the method
  rest_get,   ///< neither
  sse,        ///< down by an event stream; up, with a session, by POST
  poll,       ///< down by long polls, up by POST
};

/// What is spoken in the frames or events.
enum class dialect : std::uint8_t {
  plain,      ///< JSON-RPC alone; on `sse` the path is that of a topic's stream
  session,    ///< JSON-RPC with a session (`sidewire.1.json`), which the client acknowledges
  socket_io,  ///< Engine.IO 4 with Socket.IO 5 in it
};

/// What is measured.
enum class scenario : std::uint8_t {
  rate,      ///< calls a second with a fixed number in flight, round trips, server CPU
  connects,  ///< connect, handshake, one call, close: how many a second
  idle,      ///< open many connections, make one call on each: memory a connection
  fan_out,   ///< publications to many subscribers with a fixed number in flight: how many a second
  resume,    ///< resume a session with messages missing: how long until all are there
  first_answer,  ///< from connecting to the answer of the first call
  start,         ///< from starting the server's command to its ready line, and its memory then
};

/// What the generator does while no answer is there.
enum class waiting : std::uint8_t {
  asleep,    ///< sleeps, so that the server's send has to wake it, as it wakes a real client
  spinning,  ///< asks again and again, so that no server is charged for waking it
};

struct options {
  bench::scenario scenario = scenario::rate;
  bench::transport transport = transport::websocket_text;
  std::uint16_t port = 0;
  int server_pid = 0;  ///< whose CPU and memory are read; 0: nobody's
  bench::dialect dialect = dialect::plain;
  std::string token;          ///< sent as `Authorization: Bearer` where not empty
  std::string path = "/rpc";  ///< of the upgrade, POST or GET
  std::string method = "system.echo";
  std::string logs_service;    ///< where not empty: the method's params are this service and limit
  std::size_t logs_limit = 0;  ///< entries asked for
  std::size_t connections = 1;
  /// Calls on each connection that wait for their answer; publications that wait for a subscriber.
  std::size_t in_flight = 1;
  bench::waiting waiting = waiting::asleep;
  std::size_t text_bytes = 5;  ///< length of the echoed or published text
  std::string topic;           ///< subscribed to; its event is `fan.out`
  std::size_t keys = 0;        ///< of publications, each half as often as the one before; 0: none
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{1500};
  std::string allocation_counter;    ///< file of liballocation-count.so; empty: not read
  std::size_t times = 30;            ///< of `start`, `resume` and `first_answer`
  std::size_t missed = 100;          ///< messages that a resume brings
  int server_core = -1;              ///< core that `start` pins the command to; -1: any
  std::vector<std::string> command;  ///< of `start`: what follows `--`
};

/// Reads the command line: `SCENARIO --name value … [-- COMMAND…]`. Throws std::invalid_argument
/// with a text that names what is wrong.
options parse_options(int argc, char** argv);

}  // namespace sidewire::bench
