#include "session/envelope.hpp"

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "codec/decode.hpp"
#include "codec/node.hpp"
#include "session/messages.hpp"

namespace sidewire::session {

namespace {

/// The envelope and its array of messages are open around each of them.
constexpr std::size_t envelope_depth = 2;

error bad(std::string text) {
  return error{error_kind::invalid_request, std::move(text)};
}

/// The method of a message that is one object; empty where it has none.
template <class Node>
std::string_view method_of(const Node& message) {
  if (message.kind() != codec::value_kind::object) return {};
  const auto method = message.find("method");
  if (!method || method->kind() != codec::value_kind::string) return {};
  return method->string();
}

bool is_control(const codec::value& message) {
  return codec::with_node(
      message, [](const auto& node) { return method_of(node).starts_with(method::prefix); });
}

bool is_batch_with_control(const codec::value& message) {
  return codec::with_node(message, []<class Node>(const Node& node) {
    if (node.kind() != codec::value_kind::array) return false;
    return !node.each_element(codec::child_text::left_out, [](const Node& element) {
      return !method_of(element).starts_with(method::prefix);
    });
  });
}

std::optional<std::uint64_t> number_of(const codec::value& value) {
  return codec::with_node(value, [](const auto& node) -> std::optional<std::uint64_t> {
    if (node.kind() != codec::value_kind::unsigned_integer) return std::nullopt;
    return node.unsigned_integer();
  });
}

}  // namespace

envelope_reader::envelope_reader(std::size_t max_depth)
    : reader_{max_depth + envelope_depth}, packed_reader_{max_depth} {}

result<envelope> envelope_reader::read(std::string_view text) {
  if (auto valid = reader_.read(text, format::json); !valid) return valid.error();
  envelope read;
  const codec::json_node root{reader_.root()};
  if (root.kind() != codec::value_kind::object) return bad("expected an envelope, an object");
  std::optional<std::uint64_t> first;
  std::optional<error> wrong;
  root.each_member(codec::child_text::with_text, [&](std::string_view name,
                                                     const codec::json_node& member) {
    const codec::value value = member.as_value();
    if (name == "messages") {
      if (member.kind() != codec::value_kind::array) {
        wrong = bad("messages: expected an array");
        return false;
      }
      read.messages.clear();
      return member.each_element(codec::child_text::with_text, [&](const codec::json_node& node) {
        const auto added = add(read, node.as_value());
        if (!added) wrong = added.error();
        return added.has_value();
      });
    }
    if (name != "first" && name != "received") return true;
    const auto number = number_of(value);
    if (!number) {
      wrong = bad(std::string{name} + ": expected a non-negative integer");
      return false;
    }
    if (name == "first") {
      first = number;
    } else {
      read.received = std::max(read.received.value_or(0), *number);
    }
    return true;
  });
  reader_.release_if_large(text.size());
  if (wrong) return *std::move(wrong);
  if (!read.messages.empty() && first.value_or(0) == 0) {
    return bad("first: expected the number of the first message, 1 or more");
  }
  read.first = first.value_or(0);
  return read;
}

result<void> envelope_reader::add(envelope& into, const codec::value& element) {
  const codec::json_node node{element};
  if (node.kind() != codec::value_kind::string) {
    if (is_control(element)) return take_control(into, element);
    if (is_batch_with_control(element)) return bad("session.* messages are no part of a batch");
    into.messages.push_back({format::json, element.text});
    return {};
  }
  auto unpacked = base::decode_base64(node.string());
  if (!unpacked) return bad("expected a message, or one in MessagePack as base64 (RFC 4648, 4)");
  unpacked->reserve(unpacked->size() + base::buffer::padding);
  const std::string& kept = into.unpacked.emplace_back(*std::move(unpacked));
  if (packed_reader_.read(kept, format::msgpack)) {
    const codec::value& message = packed_reader_.root();
    if (is_control(message)) return take_control(into, message);
    if (is_batch_with_control(message)) return bad("session.* messages are no part of a batch");
  }
  into.messages.push_back({format::msgpack, kept});
  return {};
}

result<void> envelope_reader::take_control(envelope& into, const codec::value& control) {
  if (codec::find_member(control, "id")) return bad("session.* messages are notifications");
  std::string_view name;
  codec::with_node(control, [&name](const auto& node) { name = method_of(node); });
  if (name == method::pong) return {};
  if (name == method::ping) {
    into.has_ping = true;
    return {};
  }
  if (name == method::end) {
    into.has_end = true;
    return {};
  }
  if (name != method::ack) return bad("no such session message in an envelope");
  const auto params = codec::find_member(control, "params");
  const auto received = params ? codec::find_member(*params, "received") : std::nullopt;
  const auto number = received ? number_of(*received) : std::nullopt;
  if (!number) return bad("session.ack: expected received, a non-negative integer");
  into.received = std::max(into.received.value_or(0), *number);
  return {};
}

void envelope_writer::begin_element() {
  if (!messages_.empty()) messages_.push_back(',');
}

void envelope_writer::add(std::uint64_t number, format as, std::string_view message) {
  begin_element();
  if (first_ == 0) first_ = number;
  if (as == format::json) return messages_.append(message);
  messages_.push_back('"');
  const std::size_t size = base::base64_size(message.size());
  base::write_base64(messages_.prepare(size), message);
  messages_.commit(size);
  messages_.push_back('"');
}

void envelope_writer::add_control(std::string_view message) {
  begin_element();
  messages_.append(message);
}

void envelope_writer::clear() noexcept {
  messages_.release();
  first_ = 0;
}

void envelope_writer::finish(base::buffer& out, std::uint64_t received) {
  out.append("{");
  if (first_ != 0) {
    out.append("\"first\":");
    out.append(std::to_string(first_));
    out.push_back(',');
  }
  out.append("\"messages\":[");
  out.append(messages_.view());
  out.append("],\"received\":");
  out.append(std::to_string(received));
  out.push_back('}');
  clear();
}

}  // namespace sidewire::session
