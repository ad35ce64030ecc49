#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sidewire/topic.hpp>
#include <string>
#include <vector>

#include "base/compression.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "negotiate/negotiate.hpp"
#include "security/origin_policy.hpp"
#include "transports/net/endpoint.hpp"

/// Everything that can be chosen about a server before it starts. Each member is an option of the
/// command line, of the environment and of the configuration file under one name; the table of
/// `option_table.hpp` says which, with its default, bounds and help.
namespace sidewire::server {

enum class auth_mode : std::uint8_t { token, none };

/// `automatic` is text on a terminal and JSON elsewhere.
enum class log_format : std::uint8_t { automatic, json, text };

/// How the lines of a log file that the service `logs` reads are written; `automatic` tells each
/// line by its looks.
enum class log_file_format : std::uint8_t { automatic, plain, json, syslog };

/// A `[[logs]]` entry of the file: one service of `logs.*`.
struct log_source {
  std::string name;
  /// A file, or a glob (glob(7)) of several. Absolute.
  std::string path;
  log_file_format format = log_file_format::automatic;
};

/// A plain value, immutable once serving.
struct configuration {
  /// Where to listen, unless `listen` says otherwise.
  std::string host = "localhost";
  std::uint16_t port = 8765;
  std::vector<std::string> listen;

  /// The transports that are served, the best first; empty: all, in the order of
  /// `negotiate::policy`.
  std::vector<std::string> transports;

  auth_mode auth = auth_mode::token;
  /// What `SIDEWIRE_TOKEN` says; empty where this launch makes its own. Never printed.
  std::string token;
  std::vector<std::string> allow_origins;
  std::vector<std::string> allow_hosts;
  /// What stands before every path, `/prefix`; empty: nothing.
  std::string base_path;
  /// Where clients reach the server, through whatever stands before it; empty: nobody said.
  std::string public_url;

  std::string tls_cert;
  std::string tls_key;
  bool tls_self_signed = false;

  std::vector<std::string> announce;
  std::string launch;
  /// 0 where no parent is watched.
  std::int32_t parent_pid = 0;
  bool exit_on_stdin_eof = false;
  /// Zero where the server waits for connections for ever.
  std::chrono::milliseconds idle_exit{0};
  std::chrono::milliseconds drain_timeout{10'000};

  std::uint32_t threads = 1;
  std::uint32_t worker_threads = 4;

  base::log_level log_level = base::log_level::info;
  log_format log_style = log_format::automatic;

  base::compression compress = base::compression::automatic;

  /// Between two publications of the topic `metrics`; zero where there is none.
  std::chrono::milliseconds metrics_interval{1'000};

  /// Where traffic is recorded; empty: nowhere.
  std::string record;

  base::limits limits;
  std::vector<log_source> logs;
  std::vector<topic_options> topics;
};

/// Where `chosen` listens, one or more: `listen`, or else `host` and `port`. For a configuration
/// that was checked; throws std::invalid_argument otherwise.
std::vector<net::endpoint> listen_endpoints(const configuration& chosen);

/// What `chosen` says of transports. Throws std::invalid_argument for one that was not checked and
/// names what is none.
negotiate::policy transport_policy_of(const configuration& chosen);
/// The rules of section 11 for `chosen`: what is allowed by name, an address that it listens on
/// included, and with a token the pages of development servers. Throws std::invalid_argument for a
/// configuration that was not checked and names what is no origin or host.
security::origin_rules origin_rules_of(const configuration& chosen);

/// Whether only this machine can reach `where`: what `auth_mode::none` asks for. The kernel is
/// asked about an inherited socket.
bool is_local_only(const net::endpoint& where);

}  // namespace sidewire::server
