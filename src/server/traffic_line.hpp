#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/buffer.hpp"
#include "codec/reader.hpp"
#include "rpc/recorder.hpp"

namespace sidewire::server {

/// A message as a recorder was told of it. A value.
struct recorded_message {
  std::chrono::system_clock::time_point time;
  std::uint64_t caller = 0;
  rpc::recorded_direction direction = rpc::recorded_direction::in;
  format written_as = format::json;
  std::string text;  ///< followed by base::buffer::padding bytes of its memory
};

/// Writes messages as lines of JSON (schemas/recording.schema.json): MessagePack becomes JSON, and
/// what may be a secret becomes "[redacted]". One thread.
class traffic_lines {
 public:
  /// With its line feed.
  void append(base::buffer& out, const recorded_message& told);

 private:
  codec::reader reader_{256};
  base::buffer json_;
};

/// Whether a member of this name is taken for a secret.
bool names_secret(std::string_view member) noexcept;

}  // namespace sidewire::server
