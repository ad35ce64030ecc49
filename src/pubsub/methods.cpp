#include "pubsub/methods.hpp"

#include <algorithm>
#include <utility>

#include "pubsub/exchange.hpp"
#include "pubsub/hub.hpp"
#include "pubsub/method_types.hpp"
#include "rpc/dispatch.hpp"
#include "rpc/dispatcher.hpp"

namespace sidewire::pubsub {

namespace {

hub& hub_of(rpc::dispatch& current) {
  return *current.owner().shared().topics;
}

error no_such_topic() {
  return error{error_kind::not_found, "there is no such topic; topic.list lists them"};
}

/// Null where the caller cannot be told anything later; answered then.
subscriber* subscriber_of(rpc::dispatch& current) {
  auto* const from = dynamic_cast<subscriber*>(&current.from());
  if (from == nullptr) {
    current.fail(error{error_kind::invalid_request, "subscriptions need a WebSocket or a session"});
  }
  return from;
}

template <class Answer>
void finish(rpc::async_call& call, const result<Answer>& outcome) {
  outcome ? call.finish(&describe<Answer>(), &*outcome) : call.fail(outcome.error());
}

/// Asks the exchange for the call, which goes on until the answer has come back. `ask` is called on
/// the home shard with the exchange and a function that takes the answer; `Answer` is described.
template <class Answer, class Ask>
void ask_home(rpc::dispatch& current, Ask ask) {
  auto call = current.detach_call();
  if (!call) return;
  call->go_on();
  // The call is told itself when it is cancelled; what is asked runs to its end all the same.
  hub& topics = hub_of(current);
  topics.at_home([&back = topics.from_home(), ask = std::move(ask),
                  call = std::move(call)](exchange& home) mutable {
    ask(home, [&back, call = std::move(call)](result<Answer> outcome) mutable {
      back.send([call = std::move(call), outcome = std::move(outcome)] {
        finish(*call, outcome);
        call->ended(nullptr);
      });
    });
  });
}

void run_subscribe(detail::invocation& invoked) {
  auto& current = static_cast<rpc::dispatch&>(invoked);
  subscribe_params given;
  if (!current.read_params(&describe<subscribe_params>(), &given)) return;
  subscriber* const from = subscriber_of(current);
  if (from == nullptr) return;
  auto asked = request_of(given);
  if (!asked) return current.fail(asked.error());
  const auto call = current.detach_call();
  if (!call) return;
  call->go_on();
  hub& topics = hub_of(current);
  const std::uint64_t request =
      topics.subscribe(*from, *std::move(asked),
                       [&topics, from, call, where = current.where(),
                        topic = given.topic](const result<std::vector<topic_start>>& outcome) {
                         if (!outcome) {
                           call->fail(outcome.error());
                         } else {
                           const subscribe_result answer = result_of(topic, *outcome);
                           rpc::answer_and_then(
                               where, [&] { call->finish(&describe<subscribe_result>(), &answer); },
                               [&topics, from, topic] { topics.begin(*from, topic); });
                         }
                         call->ended(nullptr);
                       });
  call->on_interrupt([&topics, request, weak = std::weak_ptr{call}] {
    topics.cancel(request);
    if (const auto cancelled = weak.lock()) cancelled->ended(nullptr);
  });
}

void run_unsubscribe(detail::invocation& invoked) {
  auto& current = static_cast<rpc::dispatch&>(invoked);
  unsubscribe_params given;
  if (!current.read_params(&describe<unsubscribe_params>(), &given)) return;
  subscriber* const from = subscriber_of(current);
  if (from == nullptr) return;
  const auto outcome = hub_of(current).unsubscribe(*from, given.topic);
  outcome ? current.finish(nullptr, nullptr) : current.fail(outcome.error());
}

/// What stands in the way of a publication, if anything.
std::optional<error> problem_of(const publish_params& given, const hub& topics,
                                const principal& who) {
  const topic_options* declared =
      problem_of_topic_name(given.topic) ? nullptr : topics.declared().find(given.topic);
  if (declared == nullptr) return no_such_topic();
  if (!may_publish(who, *declared)) {
    const auto& scope = declared->publish_scope;
    return error{error_kind::forbidden,
                 scope ? "to publish to the topic needs the scope \"" + *scope + "\""
                       : "the server alone publishes to the topic"};
  }
  if (!has_event(*declared, given.method)) {
    return error{error_kind::invalid_params, "expected an event method of the topic"}.at("/method");
  }
  return std::nullopt;
}

void run_publish(detail::invocation& invoked) {
  auto& current = static_cast<rpc::dispatch&>(invoked);
  publish_params given;
  if (!current.read_params(&describe<publish_params>(), &given)) return;
  if (const auto problem = problem_of(given, hub_of(current), *current.from().who())) {
    return current.fail(*problem);
  }
  auto params = params_of_publication(given.params);
  if (!params) {
    return current.fail(error{error_kind::invalid_params, "expected an object"}.at("/params"));
  }
  draft what{std::move(given.topic), std::move(given.method), std::move(params),
             std::move(given.key).value_or("")};
  ask_home<topic_position>(current, [what = std::move(what)](exchange& home, auto answer) mutable {
    home.publish(std::move(what),
                 [answer = std::move(answer)](const result<position>& where) mutable {
                   if (!where) return answer(where.error());
                   answer(topic_position{where->epoch, where->offset});
                 });
  });
}

void run_history(detail::invocation& invoked) {
  auto& current = static_cast<rpc::dispatch&>(invoked);
  history_params given;
  if (!current.read_params(&describe<history_params>(), &given)) return;
  const hub& topics = hub_of(current);
  const topic_options* declared =
      problem_of_topic_name(given.topic) ? nullptr : topics.declared().find(given.topic);
  if (declared == nullptr) return current.fail(no_such_topic());
  if (!may_subscribe(*current.from().who(), *declared)) {
    return current.fail(error{error_kind::forbidden,
                              "the topic needs the scope \"" + declared->subscribe_scope + "\""});
  }
  auto since = since_of(given);
  if (!since) return current.fail(since.error());
  const std::size_t max = topics.bounds().max_history_page;
  const std::size_t limit = std::min<std::size_t>(given.limit.value_or(100), max);
  ask_home<history_result>(current, [topic = given.topic, since = *std::move(since), limit](
                                        exchange& home, auto answer) {
    home.history(topic, since, limit,
                 [topic, answer = std::move(answer)](const result<broker::page>& page) mutable {
                   if (!page) return answer(page.error());
                   history_result all{topic, page->last.epoch, page->last.offset, {}};
                   for (const shared_publication& one : page->publications) {
                     auto& entry = all.publications.emplace_back(
                         history_entry{one->offset(), one->event(), *one->params(), {}});
                     if (!one->key().empty()) entry.key = one->key();
                   }
                   answer(std::move(all));
                 });
  });
}

listed_topic entry_of(const std::string& name, const topic_options& declared,
                      const principal& who) {
  listed_topic listed;
  listed.topic = name;
  listed.events = declared.events;
  if (!declared.summary.empty()) listed.summary = declared.summary;
  listed.history_count = declared.history.max_count;
  listed.retains_last = declared.retains_last;
  listed.delta = declared.is_delta;
  listed.may_publish = may_publish(who, declared);
  return listed;
}

void run_list(detail::invocation& invoked) {
  auto& current = static_cast<rpc::dispatch&>(invoked);
  if (!current.read_params(nullptr, nullptr)) return;
  ask_home<list_result>(
      current, [who = current.from().who(), &declared = hub_of(current).declared()](exchange& home,
                                                                                    auto answer) {
        std::vector<known_topic> known = home.known();
        for (const topic_options& one : declared.all()) {
          if (topic_pattern{one.name}.is_wildcard()) known.push_back({one.name, &one, false});
        }
        std::ranges::sort(known, {}, &known_topic::name);
        list_result all;
        for (const known_topic& one : known) {
          if (!may_subscribe(*who, *one.declared) && !may_publish(*who, *one.declared)) continue;
          all.topics.push_back(entry_of(one.name, *one.declared, *who));
        }
        answer(std::move(all));
      });
}

}  // namespace

void add_topic_methods(registry& methods) {
  methods.add(
      {.name = "topic.subscribe",
       .info = {.summary = "Subscribes to a topic, or to all that fit a pattern.",
                .description =
                    "The answer comes before the first publication, and what was missed before "
                    "anything newer. Subscribing again replaces the options.",
                .params = {{"topic", "A name, or a pattern: `*` is one level, `**` the rest."},
                           {"since",
                            "`{epoch, offset}`, `\"first\"` or `\"new\"` (the default); for a "
                            "pattern a map of positions by topic too."},
                           {"policy", "What becomes of what the subscriber is too slow for."},
                           {"buffer", "Publications kept for a slow subscriber; 100 by default."},
                           {"delta", "Whether merge patches may come in place of whole states."}},
                .errors = {error_kind::invalid_request, error_kind::not_found,
                           error_kind::forbidden, error_kind::limit_exceeded},
                .examples = {{.name = "a project, from where it was left",
                              .params = {{"topic", R"("project/1b2c")"},
                                         {"since", R"({"epoch":"8f2e","offset":41})"}},
                              .result = R"({"topic":"project/1b2c","epoch":"8f2e","offset":41,)"
                                        R"("recovered":true,"missed":0})"}}},
       .params = &describe<subscribe_params>(),
       .result = &describe<subscribe_result>(),
       .invoke = run_subscribe});
  methods.add(
      {.name = "topic.unsubscribe",
       .info = {.summary = "Ends a subscription; nothing of it follows the answer.",
                .params = {{"topic", "The name or pattern that was subscribed to."}},
                .errors = {error_kind::invalid_request, error_kind::not_found},
                .examples = {{.name = "a project", .params = {{"topic", R"("project/1b2c")"}}}}},
       .params = &describe<unsubscribe_params>(),
       .invoke = run_unsubscribe});
  methods.add(
      {.name = "topic.publish",
       .info = {.summary = "Publishes an event of a topic to everybody who subscribes.",
                .params = {{"topic", "The name of the topic."},
                           {"method", "One of the topic's event methods."},
                           {"params", "The event, an object; its member `_meta` is replaced."},
                           {"key", "What the event is the newest state of."}},
                .errors = {error_kind::not_found, error_kind::forbidden,
                           error_kind::limit_exceeded},
                .examples = {{.name = "a change of a project",
                              .params = {{"topic", R"("project/1b2c")"},
                                         {"method", R"("project.changed")"},
                                         {"params", R"({"name":"Website"})"}},
                              .result = R"({"epoch":"8f2e","offset":42})"}}},
       .params = &describe<publish_params>(),
       .result = &describe<topic_position>(),
       .invoke = run_publish});
  methods.add(
      {.name = "topic.history",
       .info = {.summary = "Reads what a topic keeps, oldest first.",
                .safe = true,
                .params = {{"topic", "The name of the topic."},
                           {"since", "`{epoch, offset}` or `\"first\"` (the default)."},
                           {"limit", "Publications in the answer; 100 by default."}},
                .errors = {error_kind::not_found, error_kind::forbidden},
                .examples = {{.name = "one publication",
                              .params = {{"topic", R"("project/1b2c")"}, {"limit", "1"}},
                              .result =
                                  R"({"topic":"project/1b2c","epoch":"8f2e","offset":41,)"
                                  R"("publications":[{"offset":12,"method":"project.changed",)"
                                  R"("params":{"name":"Website"}}]})"}}},
       .params = &describe<history_params>(),
       .result = &describe<history_result>(),
       .invoke = run_history});
  methods.add(
      {.name = "topic.list",
       .info = {.summary = "Lists the topics that the caller may subscribe or publish to.",
                .safe = true,
                .examples = {{.name = "one topic",
                              .result = R"({"topics":[{"topic":"metrics","events":)"
                                        R"(["metrics.update"],"historyCount":0,"retainsLast":true,)"
                                        R"("delta":true,"mayPublish":false}]})"}}},
       .result = &describe<list_result>(),
       .invoke = run_list});
}

}  // namespace sidewire::pubsub
