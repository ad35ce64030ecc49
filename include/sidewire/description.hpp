#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <sidewire/bytes.hpp>
#include <sidewire/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

/// What a C++ type looks like on the wire, as a static table: the codecs, the schema and the
/// OpenRPC document are interpreters of it, so that no template and no library leaks from them.
/// A type is described by BOOST_DESCRIBE_STRUCT or BOOST_DESCRIBE_ENUM; a member `time_range` is
/// `timeRange` on the wire; a `std::optional` may be absent, every other member must be there.

namespace sidewire {

enum class type_kind : std::uint8_t {
  null,     ///< std::monostate
  boolean,  ///< bool
  signed_integer,
  unsigned_integer,
  number,       ///< float, double
  string,       ///< std::string
  binary,       ///< bytes
  any,          ///< json
  any_view,     ///< json_view
  enumeration,  ///< a described enum: a string
  optional,     ///< std::optional: null or absent when empty
  array,        ///< std::vector
  map,          ///< std::map or std::unordered_map with std::string keys
  object,       ///< a described struct
};

/// Members that a described struct may have.
inline constexpr std::size_t max_described_fields = 64;

struct type_description;
/// A function, so that types may refer to themselves.
using description_function = const type_description& (*)();

struct field_description {
  std::string_view name;
  void* (*member)(void* object);
  description_function type;
};

/// Calls `visit(context, key, element)` for each element; arrays have empty keys. Stops and returns
/// false when `visit` does.
using element_visitor = bool (*)(void* context, std::string_view key, const void* element);

struct type_description {
  type_kind kind = type_kind::null;
  std::uint8_t size_bytes = 0;     ///< integers and numbers
  bool holds_binary = false;       ///< `bytes` in it or in something that it contains
  bool holds_any = false;          ///< likewise `json`
  std::string_view name;           ///< objects and enumerations
  description_function element{};  ///< optional, array, map
  std::span<const field_description> fields;
  std::span<const std::string_view> enumerators;

  std::size_t (*enumerator_index)(const void* value) = nullptr;
  void (*set_enumerator)(void* value, std::size_t index) = nullptr;
  void* (*add)(void* container, std::string_view key) = nullptr;  ///< optional, array, map
  const void* (*contained)(const void* optional) = nullptr;       ///< null when empty
  std::size_t (*count)(const void* container) = nullptr;          ///< array, map
  bool (*visit)(const void* container, void* context, element_visitor visitor) = nullptr;
};

template <class T>
const type_description& describe();

namespace detail {

/// A member's name on the wire: `snake_case` becomes `camelCase`.
template <class Member>
struct wire_name {
  static constexpr std::string_view source{Member::name};
  static constexpr auto storage = [] {
    std::array<char, source.size() + 1> text{};
    std::size_t length = 0;
    for (std::size_t at = 0; at < source.size(); ++at) {
      if (source[at] == '_' && at + 1 < source.size() && length != 0) {
        const char next = source[++at];
        text[length++] = next >= 'a' && next <= 'z' ? static_cast<char>(next - 'a' + 'A') : next;
      } else {
        text[length++] = source[at];
      }
    }
    return text;
  }();
  static constexpr std::string_view value{storage.data()};
};

/// "sidewire::services::tail_params" is "tail_params" in a schema.
template <class T>
constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    text.remove_prefix(colon + 1);
  }
  return text;
}

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public |
                                                            boost::describe::mod_inherited>;

template <class T, class Members>
struct field_table;
template <class T, template <class...> class List, class... Members>
struct field_table<T, List<Members...>> {
  static constexpr std::array<field_description, sizeof...(Members)> value{field_description{
      wire_name<Members>::value,
      [](void* object) -> void* { return &(static_cast<T*>(object)->*Members::pointer); },
      &describe<std::remove_cvref_t<decltype(std::declval<T&>().*Members::pointer)>>}...};
};

template <class Enumerators>
struct enumerator_table;
template <template <class...> class List, class... Enumerators>
struct enumerator_table<List<Enumerators...>> {
  static constexpr std::array<std::string_view, sizeof...(Enumerators)> names{Enumerators::name...};
  static constexpr std::array values{Enumerators::value...};
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T, class C, class A>
inline constexpr bool is_map<std::map<std::string, T, C, A>> = true;
template <class T, class H, class E, class A>
inline constexpr bool is_map<std::unordered_map<std::string, T, H, E, A>> = true;
template <class T>
inline constexpr bool is_described_struct =
    std::is_class_v<T>&& boost::describe::has_describe_members<T>::value;
template <class T>
inline constexpr bool is_described_enum =
    std::is_enum_v<T>&& boost::describe::has_describe_enumerators<T>::value;

/// Whether a `Leaf` is in `T` or in something that it contains. `Seen` ends types that contain
/// themselves.
template <class Leaf, class T, class... Seen>
constexpr bool holds() {
  if constexpr (std::same_as<Leaf, T>) {
    return true;
  } else if constexpr ((std::same_as<T, Seen> || ...)) {
    return false;
  } else if constexpr (is_optional<T> || is_vector<T>) {
    return holds<Leaf, typename T::value_type, T, Seen...>();
  } else if constexpr (is_map<T>) {
    return holds<Leaf, typename T::mapped_type, T, Seen...>();
  } else if constexpr (is_described_struct<T>) {
    return []<template <class...> class List, class... Members>(List<Members...>*) {
      return (holds<Leaf, std::remove_cvref_t<decltype(std::declval<T&>().*Members::pointer)>, T,
                    Seen...>() ||
              ...);
    }(static_cast<members_of<T>*>(nullptr));
  } else {
    return false;
  }
}

template <class T>
constexpr type_description scalar_description(type_kind kind) {
  type_description made;
  made.kind = kind;
  made.size_bytes = sizeof(T) <= 8 ? static_cast<std::uint8_t>(sizeof(T)) : std::uint8_t{0};
  return made;
}

template <class T>
constexpr type_description optional_description() {
  type_description made;
  made.kind = type_kind::optional;
  made.element = &describe<typename T::value_type>;
  made.add = [](void* value, std::string_view) -> void* {
    return &static_cast<T*>(value)->emplace();
  };
  made.contained = [](const void* value) -> const void* {
    const T& optional = *static_cast<const T*>(value);
    return optional ? &*optional : nullptr;
  };
  return made;
}

template <class T>
constexpr type_description vector_description() {
  static_assert(!std::same_as<T, std::vector<bool>>, "use std::vector<char> or an enum");
  type_description made;
  made.kind = type_kind::array;
  made.element = &describe<typename T::value_type>;
  made.add = [](void* value, std::string_view) -> void* {
    return &static_cast<T*>(value)->emplace_back();
  };
  made.count = [](const void* value) { return static_cast<const T*>(value)->size(); };
  made.visit = [](const void* value, void* context, element_visitor visitor) {
    for (const auto& element : *static_cast<const T*>(value)) {
      if (!visitor(context, {}, &element)) return false;
    }
    return true;
  };
  return made;
}

template <class T>
constexpr type_description map_description() {
  type_description made;
  made.kind = type_kind::map;
  made.element = &describe<typename T::mapped_type>;
  made.add = [](void* value, std::string_view key) -> void* {
    auto& element = (*static_cast<T*>(value))[std::string{key}];
    element = typename T::mapped_type{};
    return &element;
  };
  made.count = [](const void* value) { return static_cast<const T*>(value)->size(); };
  made.visit = [](const void* value, void* context, element_visitor visitor) {
    for (const auto& [key, element] : *static_cast<const T*>(value)) {
      if (!visitor(context, key, &element)) return false;
    }
    return true;
  };
  return made;
}

template <class T>
constexpr type_description enum_description() {
  using table = enumerator_table<boost::describe::describe_enumerators<T>>;
  type_description made;
  made.kind = type_kind::enumeration;
  made.name = type_name<T>();
  made.enumerators = table::names;
  made.enumerator_index = [](const void* value) {
    std::size_t index = 0;
    while (index < table::values.size() && table::values[index] != *static_cast<const T*>(value)) {
      ++index;
    }
    return index;
  };
  made.set_enumerator = [](void* value, std::size_t index) {
    *static_cast<T*>(value) = table::values[index];
  };
  return made;
}

template <class T>
constexpr type_description struct_description() {
  type_description made;
  made.kind = type_kind::object;
  made.name = type_name<T>();
  made.fields = field_table<T, members_of<T>>::value;
  static_assert(field_table<T, members_of<T>>::value.size() <= max_described_fields,
                "a described struct has at most 64 members");
  return made;
}

template <class T>
constexpr type_description make_description() {
  if constexpr (std::same_as<T, std::monostate>) {
    return type_description{};
  } else if constexpr (std::same_as<T, bool>) {
    return scalar_description<T>(type_kind::boolean);
  } else if constexpr (std::floating_point<T>) {
    static_assert(sizeof(T) <= 8, "long double has no form in JSON");
    return scalar_description<T>(type_kind::number);
  } else if constexpr (std::signed_integral<T>) {
    return scalar_description<T>(type_kind::signed_integer);
  } else if constexpr (std::unsigned_integral<T>) {
    return scalar_description<T>(type_kind::unsigned_integer);
  } else if constexpr (std::same_as<T, std::string>) {
    return scalar_description<T>(type_kind::string);
  } else if constexpr (std::same_as<T, bytes>) {
    return scalar_description<T>(type_kind::binary);
  } else if constexpr (std::same_as<T, json>) {
    return scalar_description<T>(type_kind::any);
  } else if constexpr (std::same_as<T, json_view>) {
    return scalar_description<T>(type_kind::any_view);
  } else if constexpr (is_optional<T>) {
    return optional_description<T>();
  } else if constexpr (is_vector<T>) {
    return vector_description<T>();
  } else if constexpr (is_map<T>) {
    return map_description<T>();
  } else if constexpr (is_described_enum<T>) {
    return enum_description<T>();
  } else if constexpr (is_described_struct<T>) {
    return struct_description<T>();
  } else {
    static_assert(is_described_struct<T>,
                  "describe the type with BOOST_DESCRIBE_STRUCT or BOOST_DESCRIBE_ENUM");
  }
}

template <class T>
inline constexpr type_description description_of = [] {
  type_description made = make_description<T>();
  made.holds_binary = holds<bytes, T>();
  made.holds_any = holds<json, T>() || holds<json_view, T>();
  return made;
}();

}  // namespace detail

/// The description of `T`. Immutable, for the life of the program.
template <class T>
const type_description& describe() {
  return detail::description_of<T>;
}

}  // namespace sidewire
