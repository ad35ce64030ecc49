#pragma once

#include <functional>
#include <string_view>

#include "server/event_loop.hpp"
#include "server/line_reader.hpp"

namespace sidewire::server {

/// Reads one output of a child to its end and tells its lines, in the context. Shard.
class child_output {
 public:
  /// `pipe` is non-blocking. Throws boost::system::system_error.
  child_output(boost::asio::io_context& context, net::unique_fd pipe,
               std::function<void(std::string_view)> on_line);

  /// Tells what is already there, up to what a pipe holds, and stops: the child has ended, even
  /// where somebody that it left behind could still print.
  void finish();

 private:
  void read_some();
  void end();

  int fd_;  // owned by the watch; -1 at the end
  line_reader lines_;
  readable_watch watch_;
};

}  // namespace sidewire::server
