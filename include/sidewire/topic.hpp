#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sidewire {

/// What a topic keeps for subscribers who were away. A publication is kept while every bound holds.
struct history_options {
  std::size_t max_count = 0;  ///< 0: no history
  std::size_t max_bytes = std::size_t{4} * 1024 * 1024;
  std::chrono::milliseconds max_age{0};  ///< 0: any age
};

/// What happens to publications that come faster than a topic lets them through.
enum class conflation : std::uint8_t {
  latest,  ///< the newest of each key replaces the one that waits
  batch,   ///< they wait and go together, in order
};

/// Whether anybody subscribes to a topic.
enum class demand : std::uint8_t { begun, ended };

struct rate_options {
  std::chrono::milliseconds min_interval{0};  ///< between two releases; 0: no bound
  conflation conflate = conflation::latest;
};

/// A topic, or by a pattern every topic that fits and that no narrower declaration names.
struct topic_options {
  /// A path, such as `logs/vercel`. A pattern has `*` for one level or, at its end, `**` for one
  /// level and more.
  std::string name;
  std::string summary = {};
  /// The methods that its publications may have; one or more.
  std::vector<std::string> events = {};
  history_options history = {};
  /// A new subscriber gets the last publication at once.
  bool retains_last = false;
  /// Publications kept until somebody subscribes for the first time, the oldest dropped beyond.
  std::size_t max_queue_count = 0;
  rate_options rate = {};
  /// Publications are whole states, and subscribers who ask get merge patches (RFC 7396).
  bool is_delta = false;
  /// What a client needs to publish. Absent: the server alone publishes; empty: any client may.
  std::optional<std::string> publish_scope = {};
  /// What a client needs to subscribe. Empty: any client may.
  std::string subscribe_scope = {};
};

/// The topics that a server has. Declared and watched before serving; published to from any thread.
class topics {
 public:
  topics();
  ~topics();
  topics(const topics&) = delete;
  topics& operator=(const topics&) = delete;

  /// Throws std::invalid_argument for a name that is taken or none, and for an event method that is
  /// missing, twice there or reserved: names that begin with `session.`, `topic.`, `rpc.`, `auth.`,
  /// `system.` or `$/` are the server's.
  void add(topic_options declared);

  /// Publishes an object; a member `_meta` of it is left out. `key`: what it is the newest state
  /// of, for subscribers and rates that keep the latest of each. Order holds within a thread. What
  /// is published before serving comes before anything that a client does. False where it goes
  /// nowhere, since serving has ended or more waits than `max-waiting-publish-bytes`.
  /// Throws std::invalid_argument for a topic or event that was not declared, and for what is no
  /// object. Any thread.
  template <class T>
  bool publish(std::string_view topic, std::string_view event, const T& params,
               std::string_view key = {}) {
    return publish(topic, event, describe<T>(), &params, key);
  }

  /// Told when a topic that fits `pattern` gets its first subscriber and when it has lost its last,
  /// on a thread of the server's that must not wait.
  void on_demand(std::string pattern,
                 std::function<void(const std::string& topic, demand changed)> told);

  /// The server's own view of them.
  struct implementation;
  implementation& internals() noexcept { return *implementation_; }

 private:
  bool publish(std::string_view topic, std::string_view event, const type_description& type,
               const void* params, std::string_view key);

  std::unique_ptr<implementation> implementation_;
};

}  // namespace sidewire
