#pragma once

#include <boost/describe.hpp>
#include <sidewire/topic.hpp>
#include <string>
#include <vector>

#include "services/logs/entry.hpp"
#include "services/logs/logs.hpp"
#include "services/service_thread.hpp"

namespace sidewire::services {

namespace logs {

/// What `logs.update` brings: entries that came together, at least one.
struct log_update {
  std::string service;
  std::vector<log_entry> entries;
};
BOOST_DESCRIBE_STRUCT(log_update, (), (service, entries))

}  // namespace logs

/// Declares a topic `logs/NAME` for each service that there is now, and publishes its last lines
/// and then its new ones from the moment that topics are served, whether anybody subscribes or not:
/// a position stays good while the server lives, and `since` reaches what was written before. A
/// topic of that name that was declared before, with the event `logs.update`, stays as it was
/// declared; without it std::invalid_argument is thrown. `published` outlives `work`.
void publish_logs(topics& published, const logs_configuration& configuration, service_thread& work);

}  // namespace sidewire::services
