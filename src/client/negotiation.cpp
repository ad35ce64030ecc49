#include "client/negotiation.hpp"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <sidewire/description.hpp>
#include <utility>

#include "base/buffer.hpp"
#include "base/version.hpp"
#include "client/http_answer.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "session/messages.hpp"

namespace sidewire::client {

namespace {

struct offer {
  std::vector<std::string> transports;
  std::vector<std::string> formats;
  session::client_identity client;
};
BOOST_DESCRIBE_STRUCT(offer, (), (transports, formats, client))

struct offered_transport {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(offered_transport, (), (name))

struct answer {
  std::vector<offered_transport> transports;
};
BOOST_DESCRIBE_STRUCT(answer, (), (transports))

}  // namespace

std::string write_negotiation(const client_options& options,
                              const std::vector<session_transport>& transports) {
  offer made;
  for (const session_transport one : transports) {
    made.transports.emplace_back(name_of(one));
  }
  made.transports.emplace_back("post");
  made.formats.emplace_back(options.written_as == format::json ? "json" : "msgpack");
  made.client = {.name = options.name, .version = std::string{base::version}};
  base::buffer text;
  codec::encode(text, format::json, made);
  return std::string{text.view()};
}

std::optional<negotiated> read_negotiation(std::string_view text) {
  answer read;
  if (!codec::decode(json_view{text, format::json}, describe<answer>(), &read)) return {};
  negotiated made;
  for (const offered_transport& one : read.transports) {
    const auto known = std::ranges::find(session_transports, one.name, name_of);
    if (known != session_transports.end()) made.transports.push_back(*known);
    made.has_post = made.has_post || one.name == "post";
  }
  return made;
}

negotiation::negotiation(boost::asio::io_context& context, const endpoint& where,
                         const client_options& options, handler on_answer)
    : target_{where.target + "/negotiate"},
      on_answer_{std::move(on_answer)},
      channel_{create_http_channel(context, where, options, *this)} {}

negotiation::~negotiation() {
  channel_->abandon();
}

void negotiation::start(std::string body) {
  channel_->start({.method = "POST",
                   .target = target_,
                   .headers = {{"Content-Type", "application/json"}},
                   .body = std::move(body)});
}

void negotiation::on_body(std::string_view bytes) {
  if (body_.size() + bytes.size() <= max_answer_bytes) body_ += bytes;
}

void negotiation::on_complete() {
  on_answer_(status_ == 200 ? read_negotiation(body_) : std::nullopt);
}

void negotiation::on_failed(const error&) {
  on_answer_({});
}

}  // namespace sidewire::client
