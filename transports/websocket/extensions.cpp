#include "transports/websocket/extensions.hpp"

#include "base/header_text.hpp"

namespace sidewire::websocket {
namespace {

/// A parameter's value: a token, or one in quotes.
std::optional<std::string> parse_value(std::string_view text) {
  std::string value{text};
  if (text.starts_with('"')) {
    if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    value.clear();
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '"') return std::nullopt;
      if (text[at] == '\\' && ++at == text.size()) return std::nullopt;
      value += text[at];
    }
  }
  if (!base::is_token(value)) return std::nullopt;
  return value;
}

std::optional<extension_offer::parameter> parse_parameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  extension_offer::parameter made{.name = std::string{base::trimmed(text.substr(0, equals))},
                                  .value = std::nullopt};
  if (!base::is_token(made.name)) return std::nullopt;
  if (equals == std::string_view::npos) return made;
  made.value = parse_value(base::trimmed(text.substr(equals + 1)));
  if (!made.value) return std::nullopt;
  return made;
}

std::optional<extension_offer> parse_offer(std::string_view text) {
  const bool ends_open = text.ends_with(';');
  extension_offer made{.name = std::string{base::trimmed(base::take_until(text, ';'))},
                       .parameters = {}};
  if (ends_open || !base::is_token(made.name)) return std::nullopt;
  while (!text.empty()) {
    auto parameter = parse_parameter(base::take_until(text, ';'));
    if (!parameter) return std::nullopt;
    made.parameters.push_back(*std::move(parameter));
  }
  return made;
}

}  // namespace

std::optional<std::vector<extension_offer>> parse_extensions(std::string_view header) {
  std::vector<extension_offer> offers;
  for (auto text = base::take_element(header); !text.empty(); text = base::take_element(header)) {
    auto offer = parse_offer(text);
    if (!offer) return std::nullopt;
    offers.push_back(*std::move(offer));
  }
  return offers;
}

}  // namespace sidewire::websocket
