#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <sidewire/json.hpp>
#include <string>

#include "rest/problem.hpp"

/// What `multi/dashboard` answers, for the documents.
namespace sidewire::rest {

struct dashboard_error {
  std::int32_t code = 0;
  std::string message;
  problem_data data;
};
BOOST_DESCRIBE_STRUCT(dashboard_error, (), (code, message, data))

/// One of the two.
struct dashboard_outcome {
  std::optional<json> result;
  std::optional<dashboard_error> error;
};
BOOST_DESCRIBE_STRUCT(dashboard_outcome, (), (result, error))

/// What each service's dashboard came to.
struct dashboards {
  std::map<std::string, dashboard_outcome> services;
};
BOOST_DESCRIBE_STRUCT(dashboards, (), (services))

}  // namespace sidewire::rest
