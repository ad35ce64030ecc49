#include "server/traffic_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "codec/encode.hpp"
#include "codec/node.hpp"
#include "codec/writer.hpp"
#include "server/timestamp.hpp"

namespace sidewire::server {

namespace {

constexpr std::string_view redacted = "[redacted]";

/// Parts of names, in lower case, whose members hold secrets: `resumeToken`, `api_key`.
constexpr std::array<std::string_view, 8> secret_parts{
    "token", "secret", "password", "passphrase", "authorization", "apikey", "credential", "cookie"};

/// Whether all params are secrets, wherever they stand: of `auth.authenticate ["…"]`.
bool is_authentication(const codec::json_node& message) {
  if (message.kind() != codec::value_kind::object) return false;
  const auto method = message.find("method");
  return method && method->kind() == codec::value_kind::string &&
         method->string().starts_with("auth.");
}

/// Writes a value as it stands, without white space, but for its secrets.
void write_redacted(codec::json_writer& out, const codec::json_node& node) {
  bool first = true;
  const auto separate = [&] {
    if (!first) out.separate();
    first = false;
  };
  constexpr auto texts = codec::child_text::with_text;
  if (node.kind() == codec::value_kind::array) {
    out.begin_array(0);
    node.each_element(texts, [&](const codec::json_node& element) {
      separate();
      write_redacted(out, element);
      return true;
    });
    return out.end_array();
  }
  if (node.kind() != codec::value_kind::object) return out.raw(node.text());
  const bool is_proof = is_authentication(node);
  out.begin_object(0);
  node.each_member(texts, [&](std::string_view name, const codec::json_node& member) {
    separate();
    out.name(name);
    // A number or an object under such a name is none: `progressToken`, `tokens: 17`.
    const bool is_text = member.kind() == codec::value_kind::string;
    const bool is_secret = (is_text && names_secret(name)) || (is_proof && name == "params");
    is_secret ? out.string(redacted) : write_redacted(out, member);
    return true;
  });
  out.end_object();
}

}  // namespace

bool names_secret(std::string_view member) noexcept {
  std::array<char, 64> plain;
  std::size_t size = 0;
  for (const char c : member.substr(0, plain.size())) {
    if (c == '_' || c == '-') continue;
    plain[size++] = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const std::string_view name{plain.data(), size};
  if (name == "progresstoken") return false;  // an id
  return std::ranges::any_of(
      secret_parts, [name](std::string_view part) { return name.find(part) != name.npos; });
}

void traffic_lines::append(base::buffer& out, const recorded_message& told) {
  codec::json_writer line{out};
  line.begin_object(0);
  line.plain_name("time");
  line.string(timestamp(told.time));
  line.separate();
  line.plain_name("caller");
  line.unsigned_integer(told.caller);
  line.separate();
  line.plain_name("direction");
  line.string(told.direction == rpc::recorded_direction::in ? "in" : "out");
  line.separate();
  line.plain_name("format");
  line.string(told.written_as == format::json ? "json" : "msgpack");
  line.separate();
  std::string_view text = told.text;
  bool is_valid = reader_.read(text, told.written_as).has_value();
  if (is_valid && told.written_as == format::msgpack) {
    json_.clear();
    codec::encode(json_, format::json, json_view{text, format::msgpack});
    json_.prepare(0);
    text = json_.view();
    is_valid = reader_.read(text, format::json).has_value();
  }
  if (is_valid) {
    line.plain_name("message");
    write_redacted(line, codec::json_node{reader_.root()});
  } else {
    line.plain_name("unreadableBytes");
    line.unsigned_integer(told.text.size());
  }
  line.end_object();
  out.push_back('\n');
  reader_.release_if_large(told.text.size());
}

}  // namespace sidewire::server
