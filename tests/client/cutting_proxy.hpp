#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace sidewire::test {

/// After how many bytes a connection is cut, in the middle of a frame or not.
struct cut_points {
  std::size_t up_bytes = std::numeric_limits<std::size_t>::max();
  std::size_t down_bytes = std::numeric_limits<std::size_t>::max();
};

/// A port of loopback through which a client reaches a server, over connections that break. Runs on
/// a thread of its own. Any thread.
class cutting_proxy {
 public:
  /// `next` is asked once a connection, on the proxy's thread.
  cutting_proxy(std::uint16_t target_port, std::function<cut_points()> next);
  ~cutting_proxy();

  std::string url() const;
  /// Connections so far.
  std::size_t connection_count() const;

  /// Breaks every connection and, until `open`, each new one at once. When it returns they are
  /// broken.
  void block();
  /// Breaks each connection on which a request with one of these texts goes up; nothing: none.
  void forbid(std::vector<std::string> texts);
  /// Breaks every connection; new ones are let through. When it returns they are broken.
  void break_all();
  /// Where new connections go.
  void open(std::uint16_t target_port);

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace sidewire::test
