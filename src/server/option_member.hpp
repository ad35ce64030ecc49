#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <sidewire/topic.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "server/configuration.hpp"
#include "server/option_value.hpp"

/// How a member of the configuration is read and written as an option's value, made from a pointer
/// to the member, so that a row of the option table only has to name it.
namespace sidewire::server {

/// The words of an enumeration, in the order of its enumerators.
template <class Enumeration>
inline constexpr std::array<std::string_view, 0> words_of{};
template <>
inline constexpr std::array<std::string_view, 2> words_of<auth_mode>{"token", "none"};
template <>
inline constexpr std::array<std::string_view, 6> words_of<base::log_level>{"trace", "debug", "info",
                                                                           "warn",  "error", "off"};
template <>
inline constexpr std::array<std::string_view, 3> words_of<log_format>{"auto", "json", "text"};
template <>
inline constexpr std::array<std::string_view, 3> words_of<base::compression>{"auto", "on", "off"};
template <>
inline constexpr std::array<std::string_view, 4> words_of<log_file_format>{"auto", "plain", "json",
                                                                           "syslog"};
template <>
inline constexpr std::array<std::string_view, 2> words_of<conflation>{"latest", "batch"};

template <class Member>
option_value to_value(const Member& member) {
  if constexpr (std::is_enum_v<Member>) {
    return std::string{words_of<Member>[static_cast<std::size_t>(member)]};
  } else if constexpr (std::is_same_v<Member, bool>) {
    return member;
  } else if constexpr (std::is_integral_v<Member>) {
    return static_cast<std::int64_t>(member);
  } else if constexpr (std::is_same_v<Member, std::chrono::milliseconds>) {
    return std::chrono::duration<double>{member}.count();
  } else {
    return member;
  }
}

/// `value` must be one that the member's rule takes.
template <class Member>
void from_value(Member& member, const option_value& value) {
  if constexpr (std::is_enum_v<Member>) {
    const auto& words = words_of<Member>;
    member =
        static_cast<Member>(std::ranges::find(words, std::get<std::string>(value)) - words.begin());
  } else if constexpr (std::is_same_v<Member, bool>) {
    member = std::get<bool>(value);
  } else if constexpr (std::is_integral_v<Member>) {
    member = static_cast<Member>(std::get<std::int64_t>(value));
  } else if constexpr (std::is_same_v<Member, std::chrono::milliseconds>) {
    member = std::chrono::round<std::chrono::milliseconds>(
        std::chrono::duration<double>{std::get<double>(value)});
  } else {
    member = std::get<Member>(value);
  }
}

struct member_access {
  option_value (*get)(const configuration&);
  void (*set)(configuration&, const option_value&);
};

/// For a member of `configuration` or of its `limits`.
template <auto Member>
inline constexpr member_access access_to{[](const configuration& chosen) {
                                           if constexpr (requires { chosen.*Member; })
                                             return to_value(chosen.*Member);
                                           else
                                             return to_value(chosen.limits.*Member);
                                         },
                                         [](configuration& chosen, const option_value& value) {
                                           if constexpr (requires { chosen.*Member; })
                                             from_value(chosen.*Member, value);
                                           else
                                             from_value(chosen.limits.*Member, value);
                                         }};

}  // namespace sidewire::server
