#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sidewire::bench {

/// What the bytes on the wire look like. `raw` sends the bytes of `websocket_text` without a
/// handshake and wants them back as they were.
enum class transport : std::uint8_t { raw, websocket_text, websocket_binary, post };

/// What is measured.
enum class scenario : std::uint8_t {
  rate,      ///< calls a second with a fixed number in flight, round trips, server CPU
  connects,  ///< connect, handshake, one call, close: how many a second
  idle,      ///< open many connections, make one call on each: memory a connection
  start,     ///< from starting the server's command to its ready line, and its memory then
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
  int server_pid = 0;         ///< whose CPU and memory are read; 0: nobody's
  std::string token;          ///< sent as `Authorization: Bearer` where not empty
  std::string path = "/rpc";  ///< of the upgrade or POST
  std::string method = "system.echo";
  std::string logs_service;    ///< where not empty: the method's params are this service and limit
  std::size_t logs_limit = 0;  ///< entries asked for
  std::size_t connections = 1;
  std::size_t in_flight = 1;  ///< calls on each connection that wait for their answer
  bench::waiting waiting = waiting::asleep;
  std::size_t text_bytes = 5;  ///< length of the echoed text
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{1500};
  std::string allocation_counter;    ///< file of liballocation-count.so; empty: not read
  std::size_t times = 30;            ///< starts of `start`
  int server_core = -1;              ///< core that `start` pins the command to; -1: any
  std::vector<std::string> command;  ///< of `start`: what follows `--`
};

/// Reads the command line: `SCENARIO --name value … [-- COMMAND…]`. Throws std::invalid_argument
/// with a text that names what is wrong.
options parse_options(int argc, char** argv);

}  // namespace sidewire::bench
