#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/registry.hpp>
#include <string>
#include <string_view>

/// Which path stands for what. Made from the registry alone, so that there is nothing to keep in
/// step.
namespace sidewire::rest {

/// Before every path of REST.
inline constexpr std::string_view path_prefix = "/api/v1/";

enum class target : std::uint8_t {
  nothing,     ///< there is no such path
  method,      ///< `vercel/getDeployments`: `called`
  action,      ///< `vercel/action`: `name` is the service
  dashboards,  ///< `multi/dashboard`
  stream,      ///< `stream/logs/vercel`: `name` is the topic, or a pattern
};

/// A value; `called` is of the registry.
struct route {
  target what = target::nothing;
  const method* called = nullptr;
  std::string name = {};
};

/// What the path stands for; `path` begins behind `path_prefix`.
route find_route(const registry& methods, std::string_view path);

/// The path of a method, from `path_prefix` on: each dot of its name is a slash. Nothing for one
/// whose service is `multi` or `stream`, or whose name has an empty level; such methods are called
/// by POST /rpc.
std::optional<std::string> path_of(const method& called);

/// A service's name where the method is its dashboard, `SERVICE.dashboard`, and safe; else empty.
std::string_view dashboard_service(const method& called) noexcept;

/// The HTTP methods that a route takes, as `Allow` lists them.
std::string_view allowed_methods(const route& found) noexcept;

}  // namespace sidewire::rest
