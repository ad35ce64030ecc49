#include "transports/http/poll_desk.hpp"

#include <utility>

namespace sidewire::http {

poll_link& poll_desk::make() {
  auto made = std::make_unique<poll_link>(sessions_, [this](poll_link& over) { remove(over); });
  poll_link& link = *made;
  links_.emplace(&link, std::move(made));
  return link;
}

poll_link* poll_desk::find(const session::session& of) const {
  const auto found = links_.find(of.current_link());
  return found == links_.end() ? nullptr : found->second.get();
}

void poll_desk::remove(poll_link& over) {
  const auto found = links_.find(&over);
  if (found == links_.end()) return;
  gone_.push_back(std::move(found->second));
  links_.erase(found);
  rpc::environment& shared = sessions_.shared();
  if (!tidy_.is_set()) shared.timers.set(tidy_, shared.now());
}

}  // namespace sidewire::http
