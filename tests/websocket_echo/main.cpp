// Echoes whatever arrives, over the server's own codec and transport: what the Autobahn suite runs
// against. It never ends by itself.
//
//   websocket-echo [--port N]

#include <charconv>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "echo_server.hpp"

int main(int argument_count, char** arguments) {
  std::uint16_t port = 9001;
  for (int index = 1; index + 1 < argument_count; index += 2) {
    const std::string_view value{arguments[index + 1]};
    const auto read = std::from_chars(value.data(), value.data() + value.size(), port);
    if (std::string_view{arguments[index]} != "--port" || read.ec != std::errc{}) {
      std::cerr << "usage: websocket-echo [--port N]\n";
      return 2;
    }
  }
  sidewire::tests::echo_server server{port};
  std::cout << "ws://127.0.0.1:" << server.port() << "/" << std::endl;
  server.run();
}
