#include "pubsub/memory_broker.hpp"

#include <algorithm>
#include <utility>

namespace sidewire::pubsub {

memory_broker::stored::stored(const topic_options& options)
    : declared{options}, log{options.history} {}

/// Keeps the history, the last publication where the topic retains it, and the queue.
void memory_broker::stored::trim(base::time_point now) {
  log.age(now);
  const std::uint64_t end = log.end();
  const std::size_t queue_count = was_joined ? 0 : declared.max_queue_count;
  const std::size_t kept_count = std::max<std::size_t>(queue_count, declared.retains_last ? 1 : 0);
  log.drop_before(end > kept_count ? end - kept_count : 0);
}

memory_broker::memory_broker(std::string epoch, std::function<base::time_point()> now)
    : epoch_{std::move(epoch)}, now_{std::move(now)} {}

memory_broker::~memory_broker() = default;

memory_broker::stored& memory_broker::at(const std::string& topic, const topic_options& declared) {
  stored& found = topics_.try_emplace(topic, declared).first->second;
  found.trim(now_());
  return found;
}

void memory_broker::publish(draft what, const topic_options& declared, published done) {
  stored& topic = at(what.topic, declared);
  position where{epoch_, topic.log.end()};
  auto previous = declared.is_delta ? std::exchange(topic.state, what.params) : nullptr;
  const auto made =
      std::make_shared<const publication>(std::move(what), where, now_(), std::move(previous));
  topic.log.push(made);
  topic.trim(made->published_at());
  // A sink may lead to another that joins or leaves.
  for (sink* const to : std::vector{topic.sinks}) to->on_publication(made);
  done(std::move(where));
}

void memory_broker::history(const std::string& topic, const topic_options& declared,
                            const std::optional<position>& since, std::size_t limit, read done) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return done(page{{epoch_, 0}, {}});
  stored& asked = at(topic, declared);
  page answer{last_of(asked), {}};
  std::uint64_t next = asked.log.first();
  if (since && since->epoch == epoch_) next = std::max(next, since->offset + 1);
  for (; next < asked.log.end() && answer.publications.size() < limit; ++next) {
    answer.publications.push_back(asked.log.at(next));
  }
  done(std::move(answer));
}

void memory_broker::join(const std::string& topic, const topic_options& declared, sink& to,
                         joined done) {
  stored& asked = at(topic, declared);
  if (std::ranges::find(asked.sinks, &to) == asked.sinks.end()) asked.sinks.push_back(&to);
  snapshot answer{last_of(asked), {}, asked.log.end()};
  for (std::uint64_t next = asked.log.first(); next != asked.log.end(); ++next) {
    answer.kept.push_back(asked.log.at(next));
  }
  if (!asked.was_joined && declared.max_queue_count != 0) answer.unheard = asked.log.first();
  asked.was_joined = true;
  asked.trim(now_());
  done(std::move(answer));
}

void memory_broker::leave(const std::string& topic, sink& to) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  std::erase(found->second.sinks, &to);
  if (found->second.sinks.empty() && found->second.log.end() == 1) topics_.erase(found);
}

}  // namespace sidewire::pubsub
