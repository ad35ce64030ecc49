#include "client/cli/connection_notes.hpp"

#include <string>
#include <utility>

namespace sidewire::cli {

void connection_notes::tell_state(connection_state state, const error* reason) {
  switch (state) {
    case connection_state::connecting:
      return;
    case connection_state::reconnecting:
      return shown_.note("reconnecting: " + reason->message());
    case connection_state::open:
      return shown_.note(reason == nullptr ? "connected" : "connected: " + reason->message());
    case connection_state::closed:
      return end(*reason);
  }
}

void connection_notes::tell_transport(const transport_use& use) {
  std::string text = "over " + std::string{name_of(use.transport)};
  for (const failed_transport& one : use.failed) {
    text.append(&one == use.failed.data() ? ", since " : "; ").append(name_of(one.transport));
    text.append(": ").append(one.reason.message());
  }
  shown_.note(text);
}

void connection_notes::tell_gap(const topic_gap& gap) {
  std::string text = std::string{gap.topic} + ": missed ";
  text += gap.missed ? std::to_string(*gap.missed) : "an unknown number of";
  text += gap.missed == 1U ? " publication" : " publications";
  if (gap.from && gap.to) {
    text += ", " + std::to_string(*gap.from) + " to " + std::to_string(*gap.to);
  }
  shown_.note(text);
}

void connection_notes::end(const error& reason) {
  const std::lock_guard lock{mutex_};
  if (!reason_) reason_ = reason;
  ended_.notify_all();
}

std::optional<error> connection_notes::wait(std::stop_token stop) {
  std::unique_lock lock{mutex_};
  ended_.wait(lock, std::move(stop), [this] { return reason_.has_value(); });
  return reason_;
}

}  // namespace sidewire::cli
