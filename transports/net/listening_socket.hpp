#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "transports/net/endpoint.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {

/// The file of a Unix domain socket, removed at the end if it is still the one that was made.
class socket_file {
 public:
  socket_file() = default;
  /// Takes charge of the socket that now lies at `path`.
  explicit socket_file(std::string path);
  socket_file(socket_file&& other) noexcept { swap(other); }
  socket_file& operator=(socket_file&& other) noexcept {
    socket_file taken{std::move(other)};
    swap(taken);
    return *this;
  }
  ~socket_file();

 private:
  void swap(socket_file& other) noexcept;

  std::string path_;  // empty: nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// What one endpoint became: non-blocking sockets that listen, one for each family of a loopback
/// endpoint.
struct listening_sockets {
  std::vector<unique_fd> sockets;
  /// Where clients find them: the port that was chosen, the address behind an inherited socket.
  endpoint bound;
  socket_file file;
};

/// Opens `where` to listen. Throws std::runtime_error whose text names the endpoint and what is in
/// the way. A Unix socket is made with mode 0600, in place of one that nobody listens on.
listening_sockets open_listening_sockets(const endpoint& where);

}  // namespace sidewire::net
