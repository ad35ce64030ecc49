#include "services/system/program_facts.hpp"

#include <chrono>
#include <utility>

#include "server/timestamp.hpp"

namespace sidewire::services {

namespace {

/// A time of the steady clock as the calendar has it.
class calendar {
 public:
  std::string text(base::time_point when) const {
    const auto ago = std::chrono::duration_cast<std::chrono::system_clock::duration>(steady_ - when);
    return server::timestamp(system_ - ago);
  }

 private:
  std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
  std::chrono::system_clock::time_point system_ = std::chrono::system_clock::now();
};

session_entry entry_of(session::session_facts& told, const calendar& dates) {
  session_entry entry{.id = std::move(told.name),
                      .principal = std::move(told.principal),
                      .client = std::nullopt,
                      .format = told.own_format == format::json ? session_format::json
                                                                : session_format::msgpack,
                      .transport = std::nullopt,
                      .address = std::nullopt,
                      .started_at = dates.text(told.started),
                      .since = dates.text(told.since),
                      .queued_messages = told.queued_count,
                      .queued_bytes = told.queued_bytes,
                      .running_calls = told.running_calls,
                      .subscriptions = told.subscription_count};
  if (told.client) entry.client = {std::move(told.client->name), std::move(told.client->version)};
  if (!told.transport.empty()) entry.transport = std::move(told.transport);
  if (!told.address.empty()) entry.address = std::move(told.address);
  return entry;
}

}  // namespace

result<session_list> program_facts::sessions() const {
  auto told = program_.sessions();
  if (!told) return error{error_kind::unavailable, "the server ends"};
  const calendar dates;
  session_list all;
  for (session::session_facts& one : *told) all.sessions.push_back(entry_of(one, dates));
  return all;
}

}  // namespace sidewire::services
