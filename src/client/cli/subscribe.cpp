#include <boost/describe/class.hpp>
#include <cstdint>
#include <sidewire/description.hpp>
#include <string>

#include "client/cli/commands.hpp"
#include "client/cli/failure.hpp"
#include "codec/encode.hpp"

namespace sidewire::cli {

namespace {

/// A publication as a line of JSON: where it stands, what it is, and what was published.
struct event_line {
  std::string topic;
  std::string epoch;
  std::uint64_t offset = 0;
  std::string method;
  json_view params;
};
BOOST_DESCRIBE_STRUCT(event_line, (), (topic, epoch, offset, method, params))

json line_of(const topic_event& event) {
  const event_line line{.topic = std::string{event.topic},
                        .epoch = std::string{event.epoch},
                        .offset = event.offset,
                        .method = std::string{event.method},
                        .params = event.params};
  base::buffer out;
  codec::encode(out, format::json, line);
  return json{std::string{out.view()}};
}

}  // namespace

exit_code run_subscribe(const arguments& given, rpc_client& client, console& shown, interrupt& stop,
                        connection_notes& notes) {
  subscribe_options options = given.subscribing;
  options.on_gap = [&notes](const topic_gap& gap) { notes.tell_gap(gap); };
  options.on_closed = [&](std::string_view topic, const error& reason) {
    if (topic == given.topic) return notes.end(reason);
    shown.note(std::string{topic} + ": " + reason.message());
  };
  const interrupt::cancellable running{stop};
  const auto held = client.subscribe(given.topic, options, [&](const topic_event& event) {
    shown.show_event(line_of(event), event.params);
    if (!shown.is_open()) stop.request_stop();
  });
  if (!held) return report_failure(shown, held.error(), given.topic, nullptr);
  const auto ended = notes.wait(stop.token());
  return ended ? report_failure(shown, *ended, given.topic, nullptr) : exit_code::interrupted;
}

}  // namespace sidewire::cli
