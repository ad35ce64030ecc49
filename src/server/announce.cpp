#include "server/announce.hpp"

#include <system_error>
#include <utility>

#include "server/quoted_text.hpp"
#include "server/timestamp.hpp"

namespace sidewire::server {
namespace {

constexpr std::chrono::milliseconds renewal_period{2000};
/// When a page, too, takes a script for one that nobody renews.
constexpr std::chrono::milliseconds max_script_age{5000};

}  // namespace

std::string page_script(const server_facts& facts, std::chrono::system_clock::time_point now) {
  return R"(window.WS_CONFIG = {"port": )" + std::to_string(facts.port) + R"(, "timestamp": ")" +
         timestamp(now) + R"(", "instance": )" + quoted_text(facts.instance) + "};\n";
}

announcer::announcer(boost::asio::io_context& context, base::logger& log)
    : log_{log}, renewal_{context} {}

void announcer::start(std::span<const std::string> paths, server_facts facts) {
  facts_ = std::move(facts);
  for (const auto& path : paths) {
    if (path.ends_with(".js")) {
      scripts_.emplace_back(path, file_readers::everybody);
      scripts_.back().write(page_script(facts_, std::chrono::system_clock::now()));
    } else {
      files_.emplace_back(path, file_readers::owner);
      files_.back().write(ready_json(facts_, token_telling::with_token) + "\n");
    }
  }
  if (!scripts_.empty()) renewal_.set(renewal_period, [this] { renew_scripts(); });
}

void announcer::stop() {
  renewal_.cancel();
  files_.clear();
  scripts_.clear();
}

void announcer::renew_scripts() {
  const auto now = std::chrono::system_clock::now();
  for (auto& script : scripts_) {
    try {
      script.renew(page_script(facts_, now), now, max_script_age);
    } catch (const std::system_error& failed) {
      log_.log(base::log_level::warn, "an announce file was not renewed",
               {{"path", script.path()}, {"reason", failed.what()}});
    }
  }
  renewal_.set(renewal_period, [this] { renew_scripts(); });
}

}  // namespace sidewire::server
