// Echoes whatever arrives, over the server's own codec and transport: what the Autobahn suite runs
// against. Runs until it is killed.
//
//   websocket-echo [--port N]

#include <charconv>
#include <exception>
#include <iostream>
#include <string_view>

#include "echo_server.hpp"

int main(int argument_count, char** arguments) {
  std::uint16_t port = 9001;
  if (argument_count != 1) {
    const std::string_view value{argument_count == 3 ? arguments[2] : ""};
    const char* const end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, port);
    if (std::string_view{arguments[1]} != "--port" || read.ec != std::errc{} || read.ptr != end) {
      std::cerr << "usage: websocket-echo [--port N]\n";
      return 2;
    }
  }
  try {
    sidewire::tests::echo_server server{port};
    std::cout << R"({"url":"ws://127.0.0.1:)" << server.port() << "/\"}" << std::endl;
    server.run();
  } catch (const std::exception& failed) {
    std::cerr << "websocket-echo: " << failed.what() << "\n";
    return 1;
  }
}
