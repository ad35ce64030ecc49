#include "client/event_stream_connection.hpp"

#include <charconv>
#include <utility>

#include "client/event_stream_parser.hpp"
#include "client/http_session_connection.hpp"
#include "client/session_headers.hpp"

namespace sidewire::client {

namespace {

std::optional<std::uint64_t> number_of(const stream_event& event) {
  std::uint64_t number = 0;
  if (!event.id) return {};
  const char* const end = event.id->data() + event.id->size();
  const auto [last, problem] = std::from_chars(event.id->data(), end, number);
  if (problem != std::errc{} || last != end) return {};
  return number;
}

class event_stream_connection final : public http_session_connection {
 public:
  event_stream_connection(boost::asio::io_context& context, const endpoint& where,
                          const client_options& options, client_session& session,
                          connection_user& user)
      : http_session_connection{context, where, options, session, user},
        parser_{options.limits.max_message_bytes,
                [this](const stream_event& event) { take_event(event); }} {}

 private:
  http_request first_request(const session_opening& how) const override {
    http_request made{.target = where().target, .headers = session_headers(how)};
    made.headers.emplace_back("Accept", "text/event-stream");
    made.headers.emplace_back("Cache-Control", "no-store");
    return made;
  }
  std::string_view media_type() const override { return "text/event-stream"; }

  void take_body(std::string_view bytes) override {
    heard();  // a comment is a sign of life too
    if (const auto taken = parser_.take(bytes); !taken) end({taken.error()});
  }
  void finish_body() override { end({{error_kind::unavailable, "the event stream has ended"}}); }

  void take_event(const stream_event& event) {
    if (is_over()) return;
    const auto number = number_of(event);
    if (event.type == "message") return deliver(unwrap_json(event.data), number);
    if (event.type != "msgpack") return;  // of a later server
    const auto message = unwrap_msgpack(event.data);
    if (!message) return end({{error_kind::unavailable, "an event is no base64"}});
    deliver(*message, number);
  }

  event_stream_parser parser_;
};

}  // namespace

std::shared_ptr<connection> create_event_stream_connection(boost::asio::io_context& context,
                                                           const endpoint& where,
                                                           const client_options& options,
                                                           client_session& session,
                                                           connection_user& user) {
  return std::make_shared<event_stream_connection>(context, where, options, session, user);
}

}  // namespace sidewire::client
