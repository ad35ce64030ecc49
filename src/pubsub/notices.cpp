#include "pubsub/notices.hpp"

#include <sidewire/description.hpp>
#include <string>
#include <variant>

#include "codec/message.hpp"

namespace sidewire::pubsub {

BOOST_DESCRIBE_ENUM(close_reason, slow, forbidden)

namespace {

struct lagged {
  std::string topic;
  std::uint64_t missed = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};
BOOST_DESCRIBE_STRUCT(lagged, (), (topic, missed, from, to))

struct lost {
  std::string topic;
  std::monostate missed;
  std::string epoch;
};
BOOST_DESCRIBE_STRUCT(lost, (), (topic, missed, epoch))

struct closed {
  std::string topic;
  close_reason reason = close_reason::slow;
};
BOOST_DESCRIBE_STRUCT(closed, (), (topic, reason))

template <class Params>
base::shared_payload notification(format as, std::string_view method, const Params& params) {
  base::buffer out;
  codec::write_notification(out, as, method, &describe<Params>(), &params);
  return std::make_shared<const base::payload>(base::payload{as, std::string{out.view()}});
}

}  // namespace

base::shared_payload lagged_notice(format as, std::string_view topic, std::uint64_t from,
                                   std::uint64_t to) {
  return notification(as, "topic.lagged", lagged{std::string{topic}, to - from + 1, from, to});
}

base::shared_payload lost_notice(format as, std::string_view topic, std::string_view epoch) {
  return notification(as, "topic.lagged", lost{std::string{topic}, {}, std::string{epoch}});
}

base::shared_payload closed_notice(format as, std::string_view topic, close_reason reason) {
  return notification(as, "topic.closed", closed{std::string{topic}, reason});
}

}  // namespace sidewire::pubsub
