#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <sidewire/bytes.hpp>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

/// Described params that have every kind of member. Most may be absent, so that a text need not be
/// complete to get far.
namespace sidewire::fuzz {

enum class shade : std::uint8_t { light, very_dark };
BOOST_DESCRIBE_ENUM(shade, light, very_dark)

struct spot {
  std::int32_t x = 0;
  std::uint8_t y = 0;
  std::optional<shade> colour;
};
BOOST_DESCRIBE_STRUCT(spot, (), (x, y, colour))

struct branch {
  std::string name;
  std::vector<branch> branches;
};
BOOST_DESCRIBE_STRUCT(branch, (), (name, branches))

/// Members that a message says the same of in both formats.
struct plain_params {
  std::optional<bool> flag;
  std::optional<std::monostate> nothing;
  std::optional<std::int8_t> tiny;
  std::optional<std::uint16_t> port;
  std::optional<std::int64_t> count;
  std::optional<std::uint64_t> total;
  std::optional<float> ratio;
  std::optional<double> value;
  std::optional<std::string> text;
  std::optional<shade> colour;
  std::optional<spot> at;
  std::optional<std::vector<spot>> spots;
  std::optional<branch> tree;
  std::optional<std::map<std::string, std::vector<std::int16_t>>> by_name;
  std::optional<std::unordered_map<std::string, bool>> flags;
};
BOOST_DESCRIBE_STRUCT(plain_params, (),
                      (flag, nothing, tiny, port, count, total, ratio, value, text, colour, at,
                       spots, tree, by_name, flags))

/// Members whose form depends on the format.
struct formatted_params {
  std::optional<bytes> data;
  std::optional<json> any;
  std::optional<std::vector<json>> list;
  std::optional<std::map<std::string, bytes>> files;
  std::optional<spot> at;
};
BOOST_DESCRIBE_STRUCT(formatted_params, (), (data, any, list, files, at))

}  // namespace sidewire::fuzz
