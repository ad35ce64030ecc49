#pragma once

#include <chrono>
#include <string>

namespace sidewire::server {

/// RFC 3339 in UTC with milliseconds: "2026-02-28T23:59:59.007Z".
std::string timestamp(std::chrono::system_clock::time_point when);

}  // namespace sidewire::server
