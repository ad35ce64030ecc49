#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/compression.hpp"
#include "base/deflate.hpp"
#include "base/limits.hpp"
#include "transports/http/response.hpp"

namespace sidewire::http {

/// Compresses the bodies of whole answers, never of streams. About 270 KB from the first of them
/// on. Shard.
class response_encoder {
 public:
  /// `limits` outlive it.
  response_encoder(base::compression when, const base::limits& limits)
      : limits_{limits}, is_on_{when != base::compression::off} {}

  /// Whether the client's `Accept-Encoding` decides about this answer.
  bool takes(const response& answer) const noexcept {
    return is_on_ && answer.body.size() > limits_.compression_threshold_bytes;
  }
  /// The answer that such a client gets: in gzip where it prefers that and the body gets smaller.
  /// Valid as long as `answer`, and until the next call.
  response encode(const response& answer, std::string_view accept_encoding);

 private:
  static constexpr std::size_t max_kept_bytes = std::size_t{1024} * 1024;

  const base::limits& limits_;
  bool is_on_;
  std::optional<base::deflater> deflater_;
  base::buffer encoded_;
  std::string etag_;
};

/// The strong ETag of the same answer in gzip, which is another one (RFC 9110, 8.8.3).
std::string gzip_etag(std::string_view etag);

/// Whether the client has the answer of this ETag, in whichever coding (RFC 9110, 13.1.2).
bool has_answer(std::string_view if_none_match, std::string_view etag);

}  // namespace sidewire::http
