#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"

namespace sidewire::http {

/// Writes the head of a response, in the order: status line, headers, end. Shard.
class head_writer {
 public:
  /// Writes the status line and `Date`.
  head_writer(base::buffer& out, unsigned status);

  head_writer& header(std::string_view name, std::string_view value);
  /// Writes `Content-Length`; nothing for a status that has no body.
  void end(std::optional<std::size_t> body_bytes);

 private:
  base::buffer& out_;
};

}  // namespace sidewire::http
