#include "tests/unit/rpc/json_match.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "codec/decode.hpp"
#include "codec/encode.hpp"

namespace sidewire::rpc::test {

namespace {

using members = std::map<std::string, json>;

std::string text_of(std::string_view name) {
  base::buffer out;
  codec::encode(out, format::json, std::string{name});
  return std::string{out.view()};
}

template <class T>
std::optional<T> read_as(std::string_view text) {
  T read;
  if (!codec::decode(json_view{text, format::json}, describe<T>(), &read)) return std::nullopt;
  return read;
}

/// What `part` gives of each element or member, with commas between.
template <class Container, class Part>
std::string joined(const Container& all, Part part) {
  std::string text;
  for (const auto& element : all) {
    if (!text.empty()) text += ',';
    text += part(element);
  }
  return text;
}

enum class strictness : std::uint8_t { same, may_say_more };

bool matches(std::string_view expected, std::string_view actual, strictness how);

bool members_match(const members& expected, const members& actual, strictness how) {
  if (how == strictness::same && expected.size() != actual.size()) return false;
  return std::all_of(expected.begin(), expected.end(), [&](const auto& member) {
    const auto& [name, value] = member;
    const auto found = actual.find(name);
    return found != actual.end() && matches(value.text(), found->second.text(),
                                            name == "error" ? strictness::may_say_more : how);
  });
}

bool matches(std::string_view expected, std::string_view actual, strictness how) {
  const auto wanted_members = read_as<members>(expected);
  const auto given_members = read_as<members>(actual);
  if (wanted_members && given_members) return members_match(*wanted_members, *given_members, how);
  const auto wanted = read_as<std::vector<json>>(expected);
  const auto given = read_as<std::vector<json>>(actual);
  if (!wanted || !given) return canonical(expected) == canonical(actual);
  return std::equal(wanted->begin(), wanted->end(), given->begin(), given->end(),
                    [how](const json& left, const json& right) {
                      return matches(left.text(), right.text(), how);
                    });
}

bool is_message(std::string_view expected, std::string_view actual) {
  return matches(expected, actual, strictness::same);
}

}  // namespace

std::string canonical(std::string_view text) {
  if (const auto object = read_as<members>(text)) {
    return "{" +
           joined(*object,
                  [](const auto& member) {
                    return text_of(member.first) + ":" + canonical(member.second.text());
                  }) +
           "}";
  }
  if (const auto array = read_as<std::vector<json>>(text)) {
    return "[" + joined(*array, [](const json& element) { return canonical(element.text()); }) +
           "]";
  }
  if (const auto string = read_as<std::string>(text)) return text_of(*string);
  const auto scalar = read_as<json>(text);
  return scalar ? scalar->text() : "no JSON: " + std::string{text};
}

bool answers(std::string_view expected, std::string_view actual) {
  const auto wanted = read_as<std::vector<json>>(expected);
  auto given = read_as<std::vector<json>>(actual);
  if (!wanted || !given) return is_message(expected, actual);
  if (wanted->size() != given->size()) return false;
  for (const json& message : *wanted) {
    const auto found = std::find_if(given->begin(), given->end(), [&](const json& candidate) {
      return is_message(message.text(), candidate.text());
    });
    if (found == given->end()) return false;
    given->erase(found);
  }
  return true;
}

}  // namespace sidewire::rpc::test
