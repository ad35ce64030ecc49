#include "codec/reader.hpp"

#include <algorithm>
#include <cstring>

#include "codec/node.hpp"
#include "codec/problems.hpp"

namespace sidewire::codec {

namespace {

constexpr std::size_t smallest_capacity_bytes = 4096;

/// Arrays and objects open at once in a text that need not be valid.
std::size_t deepest(std::string_view text) {
  std::size_t depth = 0;
  std::size_t most = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (in_string) {
      if (character == '\\') {
        ++at;
      } else if (character == '"') {
        in_string = false;
      }
    } else if (character == '"') {
      in_string = true;
    } else if (character == '[' || character == '{') {
      most = std::max(most, ++depth);
    } else if ((character == ']' || character == '}') && depth != 0) {
      --depth;
    }
  }
  return most;
}

/// A JSON text without the white space around it, for a text that is not all white space.
std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
  };
  while (is_space(text.front())) text.remove_prefix(1);
  while (is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The id of a message. False where it is neither a string, a number nor null.
template <class Node>
bool read_id(const Node& node, protocol::id_view& id) {
  using protocol::id_kind;
  switch (node.kind()) {
    case value_kind::null:
      id.kind = id_kind::null;
      return true;
    case value_kind::signed_integer:
      id.kind = id_kind::signed_integer;
      id.signed_integer = node.signed_integer();
      break;
    case value_kind::unsigned_integer:
      id.kind = id_kind::unsigned_integer;
      id.unsigned_integer = node.unsigned_integer();
      break;
    case value_kind::number:
      id.kind = id_kind::number;
      id.number = node.number();
      break;
    case value_kind::string:
      id.kind = id_kind::string;
      id.text = node.string();
      return true;
    default:
      return false;
  }
  if constexpr (Node::written_as == format::json) id.text = node.text();
  return true;
}

bool is_params(value_kind kind) {
  return kind == value_kind::object || kind == value_kind::array;
}

/// What an object says beside its params, of which the last of two equal members counts.
struct members {
  enum class state : std::uint8_t { absent, good, bad };
  state version = state::absent;
  state id = state::absent;
  state method = state::absent;
  state params = state::absent;
};

void judge(incoming& element, const members& seen) {
  using state = members::state;
  element.kind = incoming_kind::invalid;
  if (seen.version != state::good) {
    element.problem = "expected the member jsonrpc to be \"2.0\"";
  } else if (seen.id == state::bad) {
    element.problem = "expected id to be a string, a number or null";
  } else if (seen.method == state::absent) {
    if (seen.id == state::good && (element.result.has_value() != element.failure.has_value())) {
      element.kind = incoming_kind::response;
    } else {
      element.problem = "expected a method, or an id with either a result or an error";
    }
  } else if (seen.method == state::bad) {
    element.problem = "expected method to be a string";
  } else if (seen.params == state::bad) {
    element.problem = params_expected;
  } else {
    element.kind = seen.id == state::good ? incoming_kind::request : incoming_kind::notification;
  }
}

/// Comparing with a literal of known size needs no call.
template <std::size_t Size>
bool is(std::string_view name, const char (&text)[Size]) {
  return name.size() == Size - 1 && std::memcmp(name.data(), text, Size - 1) == 0;
}

template <class Node>
void read_members(const Node& node, incoming& element) {
  using state = members::state;
  const auto good_if = [](bool good) { return good ? state::good : state::bad; };
  members seen;
  node.each_member(child_text::with_text, [&](std::string_view name, const Node& member) {
    if (is(name, "jsonrpc")) {
      seen.version = good_if(member.kind() == value_kind::string && is(member.string(), "2.0"));
    } else if (is(name, "id")) {
      element.id = {};
      seen.id = good_if(read_id(member, element.id));
    } else if (is(name, "method")) {
      seen.method = good_if(member.kind() == value_kind::string);
      if (seen.method == state::good) element.method = member.string();
    } else if (is(name, "params")) {
      seen.params = good_if(is_params(member.kind()));
      element.params = member.as_value();
    } else if (is(name, "result")) {
      element.result = member.as_value();
    } else if (is(name, "error")) {
      element.failure = member.as_value();
    }
    return true;
  });
  judge(element, seen);
}

template <class Node>
void read_element(const Node& node, incoming& element) {
  if (node.kind() == value_kind::object) {
    read_members(node, element);
  } else {
    element.problem = "expected an object";
  }
}

}  // namespace

reader::reader(std::size_t max_depth) : max_depth_{max_depth}, msgpack_{max_depth} {}

result<void> reader::read(std::string_view text, format written_as) {
  root_ = {};
  root_.written_as = written_as;
  size_ = 0;
  auto outcome = written_as == format::json ? read_json(text) : msgpack_.parse(text);
  if (!outcome) return outcome;
  if (written_as == format::json) {
    root_.text = trimmed(text);
  } else {
    root_.tape = &msgpack_.tape();
    root_.text = text;
  }
  with_node(root_, [this](const auto& node) {
    is_batch_ = node.kind() == value_kind::array;
    size_ = is_batch_ ? node.size() : 1;
  });
  return {};
}

void reader::read_single(incoming& element) const {
  with_node(root_, [&](const auto& root) { read_element(root, element); });
}

void reader::each(void* context, void (*visit)(void* context, incoming& element)) {
  with_node(root_, [&]<class Node>(const Node& root) {
    const auto hand_out = [&](const Node& node) {
      incoming element;
      read_element(node, element);
      visit(context, element);
      return true;
    };
    if (is_batch_) {
      root.each_element(child_text::with_text, hand_out);
    } else {
      hand_out(root);
    }
  });
}

void reader::release_if_large(std::size_t message_bytes) {
  if (message_bytes > kept_message_bytes) release();
}

void reader::release() {
  parser_ = simdjson::dom::parser{};
  json_capacity_ = 0;
  json_depth_ = 0;
  msgpack_.release();
}

simdjson::error_code reader::parse_json(std::string_view text, std::size_t max_depth) {
  if (text.size() > json_capacity_ || max_depth != json_depth_) {
    const std::size_t wanted = std::max({text.size(), json_capacity_, smallest_capacity_bytes});
    if (const auto failed = parser_.allocate(wanted, max_depth)) return failed;
    json_capacity_ = wanted;
    json_depth_ = max_depth;
  }
  const auto parsed = parser_.parse(text.data(), text.size(), false);
  if (parsed.error() == simdjson::SUCCESS) root_.json = parsed.value_unsafe();
  return parsed.error();
}

result<void> reader::read_json(std::string_view text) {
  // simdjson does not count an empty container, so that the first bound is one too low for others;
  // only what it refuses is counted exactly.
  auto failed = parse_json(text, max_depth_);
  if (failed == simdjson::DEPTH_ERROR && deepest(text) <= max_depth_) {
    failed = parse_json(text, max_depth_ + 1);
  }
  if (failed == simdjson::DEPTH_ERROR) return too_deep(max_depth_);
  if (failed != simdjson::SUCCESS) return unreadable(simdjson::error_message(failed));
  return {};
}

bool may_be_params(const value& given) {
  return with_node(given, [](const auto& node) { return is_params(node.kind()); });
}

std::optional<protocol::id_view> read_id_member(const value& object, std::string_view name) {
  std::optional<protocol::id_view> found;
  with_node(object, [&]<class Node>(const Node& node) {
    if (node.kind() != value_kind::object) return;
    node.each_member(child_text::with_text, [&](std::string_view member, const Node& child) {
      if (member != name) return true;
      protocol::id_view id;
      found = read_id(child, id) ? std::optional{id} : std::nullopt;
      return true;
    });
  });
  return found;
}

}  // namespace sidewire::codec
