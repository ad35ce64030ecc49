#include "transports/net/activation.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace sidewire::net {
namespace {

constexpr int first_activated_fd = 3;
// More would not be a count but damage.
constexpr int max_activated_count = 1024;

/// The variable's whole value as a number, or -1.
int number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return -1;
  const std::string_view digits{text};
  int value = -1;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc{} && stop == end ? value : -1;
}

}  // namespace

std::vector<endpoint> take_activated_endpoints() {
  const bool is_for_us = number_in_environment("LISTEN_PID") == ::getpid();
  const int count = number_in_environment("LISTEN_FDS");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  std::vector<endpoint> endpoints;
  if (!is_for_us || count > max_activated_count) return endpoints;
  for (int index = 0; index < count; ++index) {
    endpoints.emplace_back(inherited_endpoint{first_activated_fd + index});
  }
  return endpoints;
}

}  // namespace sidewire::net
