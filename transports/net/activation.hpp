#pragma once

#include <vector>

#include "transports/net/endpoint.hpp"

namespace sidewire::net {

/// The listening sockets that systemd passed to this process (sd_listen_fds(3)): descriptors from 3
/// on, `LISTEN_FDS` of them, where `LISTEN_PID` is this process. Empty otherwise. Removes the
/// variables, so that no child takes them for its own: call it once, before there are threads.
std::vector<endpoint> take_activated_endpoints();

}  // namespace sidewire::net
