#include "services/logs/logs.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "services/logs/dashboard.hpp"
#include "services/logs/follow.hpp"
#include "services/logs/methods.hpp"

namespace sidewire::services {
namespace {

using logs::catalog;

const parameter_note service_note{"service", "The name of a service that `logs.list` tells."};

// What the documents show.
const method_example::argument example_service{"service", R"("dpkg")"};
constexpr const char* example_entries =
    R"({"entries":[{"time":"2026-02-03T04:05:06.000Z","level":"error",)"
    R"("message":"disk is full","line":"2026-02-03 04:05:06 ERROR disk is full"}],"more":true})";

/// What reading a service's files can fail with.
std::vector<error_kind> reading_errors() {
  return {error_kind::not_found, error_kind::forbidden, error_kind::unavailable};
}

logs::log_time now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void check(const std::vector<log_source>& sources) {
  std::set<std::string_view> names;
  for (const log_source& source : sources) {
    if (source.name.empty()) throw std::invalid_argument{"a log service needs a name"};
    if (source.path.empty()) {
      throw std::invalid_argument{"the log service " + source.name + " needs a path"};
    }
    if (!names.insert(source.name).second) {
      throw std::invalid_argument{"there are two log services named " + source.name};
    }
  }
}

void add_list(registry& methods, const std::shared_ptr<const catalog>& known) {
  methods.add("logs.list",
              {.summary = "Lists the services whose logs can be read, with their files.",
               .description = "For a service that is not readable, `problem` says why not.",
               .safe = true,
               .blocking = true},
              [known] { return logs::list_services(*known); });
}

void add_tail(registry& methods, const std::shared_ptr<const catalog>& known) {
  methods.add(
      "logs.tail",
      {.summary = "Answers the last entries of a log, oldest first.",
       .safe = true,
       .blocking = true,
       .params = {service_note, {"lines", "How many entries: 1 to 10000, 100 if it is left out."}},
       .errors = reading_errors(),
       .examples = {{.name = "the last entry",
                     .params = {example_service, {"lines", "1"}},
                     .result = example_entries}}},
      [known](const logs::log_tail_params& params, call& waiting) {
        return logs::tail(*known, params, waiting);
      });
}

void add_query(registry& methods, const std::shared_ptr<const catalog>& known) {
  methods.add(
      "logs.query",
      {.summary = "Answers the newest entries of a log that match, oldest first.",
       .description =
           "Entries without a time of their own, such as the lines of a stack trace, count as of "
           "the time and level of the entry before them. `more` says that there are older ones: "
           "ask again with the first entry's time as `until`.",
       .safe = true,
       .blocking = true,
       .params = {service_note,
                  {"since", "From this time on: RFC 3339, or how long ago, such as `24h`."},
                  {"until", "Before this time, written likewise."},
                  {"level", "Entries of this level and of graver ones."},
                  {"contains", "Text that the line holds; ASCII letters in either case."},
                  {"limit", "How many entries at most: 1 to 10000, 100 if it is left out."}},
       .errors = reading_errors(),
       .examples = {{.name = "the newest error of a day",
                     .params = {example_service,
                                {"since", R"("2026-02-03T00:00:00Z")"},
                                {"until", R"("2026-02-04T00:00:00Z")"},
                                {"level", R"("error")"},
                                {"contains", R"("disk")"},
                                {"limit", "1"}},
                     .result = example_entries}}},
      [known](const logs::log_query_params& params, call& waiting) {
        return logs::query(*known, params, now(), waiting);
      });
}

void add_get_large(registry& methods, const std::shared_ptr<const catalog>& known,
                   std::size_t max_payload_bytes) {
  auto errors = reading_errors();
  errors.push_back(error_kind::response_too_large);
  methods.add("logs.getLarge",
              {.summary = "Answers very many entries of a log as one binary payload.",
               .description = "`payload` is a MessagePack array of entries, oldest first, as "
                              "`logs.query` answers them; in gzip where `compressed` is true.",
               .safe = true,
               .blocking = true,
               .params = {service_note,
                          {"timeRange",
                           "How far back: such as `24h`, or since a time in RFC 3339. "
                           "All there is if it is left out."},
                          {"limit",
                           "How many entries at most, the newest: 1 to 1000000, 50000 if "
                           "it is left out."},
                          {"format", "`msgpack`, or `gzip` for the same compressed."}},
               .errors = std::move(errors),
               .examples = {{.name = "a day without any",
                             .params = {example_service,
                                        {"timeRange", R"("24h")"},
                                        {"limit", "1000"},
                                        {"format", R"("msgpack")"}},
                             .result = R"({"totalEntries":0,"dataType":"logs",)"
                                       R"("compressed":false,"payload":"kA=="})"}}},
              [known, max_payload_bytes](const logs::log_large_params& params, call& waiting) {
                return logs::get_large(*known, params, now(), max_payload_bytes, waiting);
              });
}

void add_follow(registry& methods, const std::shared_ptr<const catalog>& known) {
  methods.add_streaming<logs::log_batch>(
      "logs.follow",
      {.summary = "Streams a log's new entries as progress, until it is cancelled.",
       .description = "Each progress value holds the entries that came together. Renamed, replaced "
                      "and emptied files are followed; an unfinished line waits for its end.",
       .params = {service_note,
                  {"lines",
                   "How many of the last entries to begin with: 0 to 1000, none if it is "
                   "left out."},
                  {"maxEntries", "How many entries to end after. No end if it is left out."}},
       .errors = reading_errors(),
       .examples = {{.name = "the last two",
                     .params = {example_service, {"lines", "2"}, {"maxEntries", "2"}},
                     .result = R"({"entries":2})"}}},
      [known](logs::log_follow_params params, call& caller) {
        return logs::follow(known, std::move(params), caller);
      });
}

void add_dashboard(registry& methods, const std::shared_ptr<const catalog>& known) {
  methods.add("logs.dashboard",
              {.summary = "Tells of each log its size, its last entry, and the levels of late.",
               .safe = true,
               .blocking = true,
               .params = {{"lines",
                           "How many of the last entries are counted by level: 1 to 1000, 100 if "
                           "it is left out."}},
               .examples = {{.name = "of the last ten entries",
                             .params = {{"lines", "10"}},
                             .result = R"({"services":[{"name":"dpkg","sizeBytes":4096,)"
                                       R"("lastEntry":"2026-02-03T04:05:06.000Z","levels":)"
                                       R"({"trace":0,"debug":0,"info":7,"warn":1,"error":2,)"
                                       R"("fatal":0,"none":0}}]})"}}},
              [known](const logs::log_dashboard_params& params, call& waiting) {
                return logs::dashboard(*known, params, waiting);
              });
}

}  // namespace

void add_logs(registry& methods, logs_configuration configuration) {
  check(configuration.sources);
  const auto known = std::make_shared<const catalog>(std::move(configuration.sources));
  add_list(methods, known);
  add_tail(methods, known);
  add_query(methods, known);
  add_get_large(methods, known, configuration.max_payload_bytes);
  add_follow(methods, known);
  add_dashboard(methods, known);
}

}  // namespace sidewire::services
