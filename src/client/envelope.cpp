#include "client/envelope.hpp"

#include <boost/describe/class.hpp>
#include <sidewire/description.hpp>
#include <utility>

#include "base/base64.hpp"
#include "codec/decode.hpp"

namespace sidewire::client {

namespace {

struct envelope_members {
  std::optional<std::uint64_t> first;
  std::optional<std::vector<json>> messages;
  std::optional<std::uint64_t> received;
};
BOOST_DESCRIBE_STRUCT(envelope_members, (), (first, messages, received))

void append_carried(std::string& text, const outgoing_message& message) {
  if (message.written_as == format::json) {
    text += message.text.view();
    return;
  }
  text += '"';
  const std::size_t begin = text.size();
  text.resize(begin + base::base64_size(message.text.size()));
  base::write_base64(text.data() + begin, message.text.view());
  text += '"';
}

}  // namespace

std::size_t carried_bytes(const outgoing_message& message) {
  const std::size_t size = message.text.size();
  return message.written_as == format::json ? size + 1 : base::base64_size(size) + 3;
}

std::string write_envelope(const envelope& given) {
  std::string text = "{";
  if (given.first != 0) text += "\"first\":" + std::to_string(given.first) + ',';
  if (!given.messages.empty()) {
    text += "\"messages\":[";
    for (const shared_message& message : given.messages) {
      append_carried(text, *message);
      text += ',';
    }
    text.back() = ']';
    text += ',';
  }
  return text + "\"received\":" + std::to_string(given.received) + '}';
}

std::optional<carried_message> unwrap_msgpack(std::string_view base64) {
  const auto bytes = base::decode_base64(base64);
  if (!bytes) return {};
  carried_message made{.text = {}, .written_as = format::msgpack};
  made.text.append(*bytes);
  made.text.prepare(0);
  return made;
}

carried_message unwrap_json(std::string_view text) {
  carried_message made;
  made.text.append(text);
  made.text.prepare(0);
  return made;
}

result<received_envelope> read_envelope(std::string_view text) {
  envelope_members read;
  const auto fits =
      codec::decode(json_view{text, format::json}, describe<envelope_members>(), &read);
  const error unreadable{error_kind::parse_error, "what came is no envelope"};
  if (!fits) return unreadable;
  received_envelope made{.first = read.first, .messages = {}, .received = read.received};
  if (!read.messages) return made;
  for (const json& element : *read.messages) {
    const std::string_view written = element.text();
    if (!written.starts_with('"')) {
      made.messages.push_back(unwrap_json(written));
      continue;
    }
    auto bytes = unwrap_msgpack(written.substr(1, written.size() - 2));
    if (!bytes) return unreadable;
    made.messages.push_back(std::move(*bytes));
  }
  return made;
}

}  // namespace sidewire::client
