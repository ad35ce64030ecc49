#include "client/transport_memory.hpp"

#include <algorithm>

namespace sidewire::client {

transport_memory& transport_memory::shared() {
  static transport_memory memory;
  return memory;
}

transport_failures transport_memory::recall(const std::string& address,
                                            base::time_point now) const {
  const std::lock_guard lock{mutex_};
  const auto known = entries_.find(address);
  if (known == entries_.end() || now - known->second.told >= max_age) return {};
  return known->second.failures;
}

void transport_memory::keep(const std::string& address, const transport_failures& known,
                            base::time_point now) {
  const std::lock_guard lock{mutex_};
  const bool is_empty =
      std::ranges::none_of(known, [](const auto& failure) { return failure.has_value(); });
  if (is_empty) {
    entries_.erase(address);
    return;
  }
  entries_.insert_or_assign(address, entry{.failures = known, .told = now});
  if (entries_.size() <= max_addresses) return;
  entries_.erase(
      std::ranges::min_element(entries_, {}, [](const auto& one) { return one.second.told; }));
}

}  // namespace sidewire::client
