#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <vector>

namespace sidewire::cli {

/// What a recorded call was answered. A value.
struct recorded_outcome {
  std::optional<json> value;  ///< absent: an error
  std::int32_t code = 0;      ///< of the error
};

/// A request or notification of a recording.
struct recorded_call {
  std::chrono::milliseconds at{0};  ///< since the first message
  std::string method;
  std::optional<json> params;
  bool is_notification = false;
  std::optional<recorded_outcome> outcome;  ///< nothing: not in the recording
};

/// What a server has recorded (`--record`), as far as it can be said again.
struct recording {
  std::vector<recorded_call> calls;  ///< in their order
  /// Authentication, subscriptions, what is about one connection, and what held secrets.
  std::size_t left_out_count = 0;
};

/// Fails with `parse_error`, naming the line, where it is no recording.
result<recording> read_recording(std::istream& lines);

}  // namespace sidewire::cli
