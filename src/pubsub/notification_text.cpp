#include "pubsub/notification_text.hpp"

#include <algorithm>
#include <charconv>
#include <sidewire/description.hpp>

#include "codec/decode.hpp"

namespace sidewire::pubsub {

namespace {

constexpr std::string_view before_method = R"({"jsonrpc":"2.0","method":")";
constexpr std::string_view before_params = R"(,"params":)";
constexpr std::string_view before_topic = R"("_meta":{"topic":")";
constexpr std::string_view before_offset = R"(,"offset":)";
constexpr std::string_view before_epoch = R"(,"epoch":")";

/// Takes what stands before a string's closing quote from the front, and the quote as well.
std::string_view take_string(std::string_view& text) noexcept {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  end = std::min(end, text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

bool take(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

notification_text parts_of(std::string_view notification) noexcept {
  notification_text parts;
  std::string_view rest = notification;
  if (!take(rest, before_method)) return parts;
  parts.method = take_string(rest);
  if (take(rest, before_params)) parts.params = rest.substr(0, rest.size() - 1);
  return parts;
}

std::optional<publication_text> publication_of(std::string_view params) noexcept {
  // It is the last member, and within strings its quotes would be escaped.
  const std::size_t begin = params.rfind(before_topic);
  if (begin == params.npos) return std::nullopt;
  std::string_view rest = params.substr(begin + before_topic.size());
  publication_text found;
  found.topic = take_string(rest);
  if (!take(rest, before_offset)) return std::nullopt;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), found.offset);
  if (failed != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (take(rest, before_epoch)) found.epoch = take_string(rest);
  return found;
}

std::string unescaped(std::string_view text) {
  if (text.find('\\') == text.npos) return std::string{text};
  std::string quoted = "\"";
  quoted += text;
  quoted += '"';
  std::string value;
  if (!codec::decode(json_view{quoted, format::json}, describe<std::string>(), &value)) return {};
  return value;
}

}  // namespace sidewire::pubsub
