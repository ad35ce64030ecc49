#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "server/announcement.hpp"
#include "server/event_loop.hpp"
#include "server/server_facts.hpp"

namespace sidewire::server {

/// `window.WS_CONFIG = {…};` for a page to include: port, time and instance, and never the token,
/// since any page could include it too. Ends with a line feed.
std::string page_script(const server_facts& facts, std::chrono::system_clock::time_point now);

/// The announce files of a run (`--announce`), from when everything listens to the end. A `.js`
/// file is for pages and renewed every 2 s, so that a page can tell a living server's from one that
/// a killed server left; any other holds the ready line's facts and the token. Shard.
class announcer {
 public:
  announcer(boost::asio::io_context& context, base::logger& log);
  ~announcer() { stop(); }

  /// Throws std::system_error where a file cannot be written; those before it are removed by
  /// `stop`.
  void start(std::span<const std::string> paths, server_facts facts);

  /// Removes the files that are still ours.
  void stop();

 private:
  void renew_scripts();

  base::logger& log_;
  delayed_call renewal_;
  server_facts facts_;
  std::vector<announcement> files_;
  std::vector<announcement> scripts_;
};

}  // namespace sidewire::server
