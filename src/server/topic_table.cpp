#include "server/topic_table.hpp"

#include <algorithm>
#include <array>

#include "pubsub/topic_name.hpp"
#include "server/option_member.hpp"

namespace sidewire::server {
namespace {

std::optional<std::string> problem_of_name(std::string_view text) {
  return pubsub::problem_of_topic_pattern(text);
}

/// A member of the topic, of its history or of its rate.
template <auto Member>
decltype(auto) member_of(auto& topic) {
  if constexpr (requires { topic.*Member; }) {
    return (topic.*Member);
  } else if constexpr (requires { topic.history.*Member; }) {
    return (topic.history.*Member);
  } else {
    return (topic.rate.*Member);
  }
}

struct access {
  std::optional<option_value> (*get)(const topic_options&);
  void (*set)(topic_options&, const option_value&);
};

template <auto Member>
constexpr access to{[](const topic_options& topic) -> std::optional<option_value> {
                      return to_value(member_of<Member>(topic));
                    },
                    [](topic_options& topic, const option_value& value) {
                      from_value(member_of<Member>(topic), value);
                    }};

constexpr access to_publish_scope{[](const topic_options& topic) -> std::optional<option_value> {
                                    if (!topic.publish_scope) return std::nullopt;
                                    return option_value{*topic.publish_scope};
                                  },
                                  [](topic_options& topic, const option_value& value) {
                                    topic.publish_scope = std::get<std::string>(value);
                                  }};

constexpr topic_member row(std::string_view name, std::string_view help, value_rule rule,
                           access member) {
  return {name, help, rule, member.get, member.set};
}

constexpr value_rule text{.kind = value_kind::text};
constexpr value_rule count{.kind = value_kind::integer, .min = 0, .max = million};

constexpr std::array members{
    row("name",
        "Its name, a path such as project/1b2c; or a pattern for all that fit, with * for one "
        "level and ** at the end for the rest.",
        {.kind = value_kind::text, .problem_of = problem_of_name}, to<&topic_options::name>),
    row("summary", "What it is for, in one sentence.", text, to<&topic_options::summary>),
    row("events", "The methods that its publications may have.", {.kind = value_kind::text_list},
        to<&topic_options::events>),
    row("history-count", "Publications kept for who was away.", count,
        to<&history_options::max_count>),
    row("history-bytes", "Bytes of them at most.",
        {.kind = value_kind::integer, .min = 0, .max = gibibyte}, to<&history_options::max_bytes>),
    row("history-age", "Seconds that they are kept at most; 0 means for good.",
        {.kind = value_kind::seconds, .min = 0, .max = 366 * day}, to<&history_options::max_age>),
    row("retain", "A new subscriber gets the last publication at once.", flag,
        to<&topic_options::retains_last>),
    row("queue", "Publications kept until somebody subscribes for the first time.", count,
        to<&topic_options::max_queue_count>),
    row("min-interval", "Seconds between two publications at least; 0 means no bound.",
        {.kind = value_kind::seconds, .min = 0, .max = day}, to<&rate_options::min_interval>),
    row("conflate",
        "What happens to those that come faster: latest keeps the newest of each key, batch lets "
        "them go together.",
        {.kind = value_kind::choice, .choices = words_of<conflation>}, to<&rate_options::conflate>),
    row("delta", "Publications are whole states, and subscribers may ask for merge patches.", flag,
        to<&topic_options::is_delta>),
    row("publish",
        "The scope that a client needs to publish; empty for any client. Without it the server "
        "alone publishes.",
        text, to_publish_scope),
    row("subscribe", "The scope that a client needs to subscribe; empty for any client.", text,
        to<&topic_options::subscribe_scope>),
};

}  // namespace

std::span<const topic_member> topic_table() {
  return members;
}

const topic_member* find_topic_member(std::string_view name) {
  const auto found = std::ranges::find(members, name, &topic_member::name);
  return found == members.end() ? nullptr : &*found;
}

bool is_required(const topic_member& member) noexcept {
  return member.name == "name" || member.name == "events";
}

}  // namespace sidewire::server
