#include <algorithm>
#include <array>
#include <utility>

#include "pubsub/hub.hpp"

namespace sidewire::pubsub {

namespace {

/// What is sent of a publication to a cursor that is not behind.
const base::shared_payload& message_of(const publication& what, const cursor& to, format as) {
  if (to.takes_patches && to.has_base) {
    if (const base::shared_payload& patch = what.delta(as)) return patch;
  }
  return what.whole(as);
}

}  // namespace

void hub::mark_behind(cursor& late) noexcept {
  if (std::exchange(late.is_behind, true)) return;
  ++late.to->memberships_->behind_count_;
}

void hub::mark_up_to_date(cursor& prompt) noexcept {
  if (!std::exchange(prompt.is_behind, false)) return;
  --prompt.to->memberships_->behind_count_;
}

void hub::on_publication(const shared_publication& what) {
  const auto found = topics_.find(what->topic());
  if (has_ended_ || found == topics_.end() || !found->second->is_joined) return;
  local_topic& topic = *found->second;
  if (what->offset() != topic.log.end()) return;
  topic.log.push(what);
  std::uint64_t needed = topic.unheard != 0 ? topic.unheard : topic.log.end();
  for (cursor& to : topic.cursors) {
    if (!to.is_behind && offer(to, *what) == progress::sent) continue;
    mark_behind(to);
    needed = std::min(needed, topic.log.needed_from(to.at));
    if (!to.is_held && topic.log.is_too_slow(to.at)) slow_.push_back(to.to);
  }
  topic.log.trim(needed);
  for (subscriber* const to : std::exchange(slow_, {})) {
    // Once one of them was the last, the topic is gone from here.
    const auto still = topics_.find(what->topic());
    if (still == topics_.end()) return;
    end_slow(*to->memberships_, *still->second);
    catch_up(*to);
  }
}

hub::progress hub::offer(cursor& to, const publication& what) {
  const progress made = tell(*to.to, message_of(what, to, to.to->form()));
  if (made == progress::sent) {
    ++to.at.next;
    to.has_base = true;
    counts_.delivered.add();
  }
  return made;
}

void hub::on_lost(const std::string& name, const position& last) {
  const auto found = topics_.find(name);
  if (has_ended_ || found == topics_.end() || !found->second->is_joined) return;
  local_topic& topic = *found->second;
  topic.log.begin_again(last);
  topic.unheard = 0;
  std::vector<subscriber*> told;
  for (cursor& one : topic.cursors) {
    one.at.next = topic.log.end();
    one.has_lost = true;
    one.has_base = false;
    mark_behind(one);
    told.push_back(one.to);
  }
  for (subscriber* const to : told) catch_up(*to);
}

void hub::begin(subscriber& from, std::string_view topic) {
  if (!from.memberships_) return;
  memberships& own = *from.memberships_;
  subscription* const begun = find_subscription(own, topic);
  if (begun == nullptr) return;
  begun->is_held = false;
  for (const memberships::place& place : own.places_) {
    if (!begun->pattern.fits(place.topic->name)) continue;
    if (governing(own, *place.topic) == begun) {
      place.topic->cursors[place.index].is_held = false;
    }
  }
  catch_up(from);
}

void hub::catch_up(subscriber& to) {
  memberships* const own = to.memberships_.get();
  if (own == nullptr || has_ended_) return;
  std::size_t idle_count = 0;
  while (true) {
    progress made = tell_closing(*own);
    if (made == progress::nothing && own->behind_count_ != 0 && idle_count < own->places_.size()) {
      if (own->turn_ >= own->places_.size()) own->turn_ = 0;
      made = step(*own, own->places_[own->turn_]);
      if (made == progress::nothing) ++idle_count;
      if (made != progress::refused) ++own->turn_;
    } else if (made == progress::nothing) {
      break;
    }
    if (made == progress::refused) return;
    if (made == progress::sent) idle_count = 0;
  }
  tidy(to);
}

hub::progress hub::tell_closing(memberships& own) {
  if (own.closings_.empty()) return progress::nothing;
  const auto& [topic, reason] = own.closings_.front();
  const progress made = tell(own.self_, closed_notice(own.self_.form(), topic, reason));
  if (made == progress::sent) own.closings_.erase(own.closings_.begin());
  return made;
}

hub::progress hub::tell(subscriber& to, const base::shared_payload& message) {
  if (!to.takes(message->bytes.size())) return progress::refused;
  to.deliver(message);
  return progress::sent;
}

/// One message to one subscription that is behind.
hub::progress hub::step(memberships& own, memberships::place where) {
  local_topic& topic = *where.topic;
  cursor& late = topic.cursors[where.index];
  if (!late.is_behind || late.is_held) return progress::nothing;
  subscriber& to = *late.to;
  if (late.has_lost) {
    const progress made = tell(to, lost_notice(to.form(), topic.name, topic.log.epoch()));
    if (made == progress::sent) late.has_lost = false;
    return made;
  }
  topic.log.age(now_());
  const next_step next = topic.log.next_of(late.at);
  switch (next.does) {
    case next_step::kind::nothing:
      mark_up_to_date(late);
      return progress::nothing;
    case next_step::kind::too_slow:
      end_slow(own, topic);
      return progress::sent;
    case next_step::kind::gap: {
      const progress made = tell(to, lagged_notice(to.form(), topic.name, late.at.next, next.to));
      if (made == progress::sent) {
        counts_.dropped.add(next.to + 1 - late.at.next);
        late.at.next = next.to + 1;
        late.has_base = false;
      }
      return made;
    }
    case next_step::kind::publication:
      break;
  }
  // Whoever is behind gets whole states.
  late.has_base = false;
  const progress made = offer(late, **next.what);
  if (made == progress::sent && late.at.next == topic.log.end()) mark_up_to_date(late);
  return made;
}

/// Ends the subscription that governs a topic, as its policy says; others that fit go on.
void hub::end_slow(memberships& own, local_topic& topic) {
  const subscription* const ended = governing(own, topic);
  if (ended == nullptr) return remove_cursor(own, own.places_[find_cursor(own, topic)->place]);
  const std::string pattern = ended->pattern.text();
  own.closings_.push_back({pattern, close_reason::slow});
  remove_subscription(own, pattern);
}

}  // namespace sidewire::pubsub
