#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/buffer.hpp"
#include "base/deflate.hpp"
#include "transports/websocket/deflate_terms.hpp"
#include "transports/websocket/deflate_tools.hpp"

namespace sidewire::websocket {

/// The compression of one connection that agreed on it (RFC 7692), between payloads of frames and
/// messages. A context that is kept is allocated with the first message that needs it; one that is
/// reset is the shard's. Shard; between messages it can move to another.
class permessage_deflate {
 public:
  /// `tools` outlive it, or the stay with them.
  permessage_deflate(deflate_terms agreed, deflate_tools& tools) noexcept
      : agreed_{agreed}, tools_{&tools} {}
  ~permessage_deflate() { forget_message(); }
  permessage_deflate(const permessage_deflate&) = delete;
  permessage_deflate& operator=(const permessage_deflate&) = delete;

  enum class outcome : std::uint8_t { fine, too_large, broken };

  /// Inflates the next bytes of the message that comes, up to `max_bytes` for all of it.
  outcome inflate(std::string_view payload, std::size_t max_bytes);
  /// The message has come whole.
  outcome finish_inflating(std::size_t max_bytes);
  /// What it inflated to, so far. With padding.
  std::span<char> inflated() noexcept { return inflated_.bytes(); }
  /// Frames of it that are complete, in payload bytes.
  std::size_t complete_bytes() const noexcept { return complete_bytes_; }
  void count_complete(std::size_t bytes) noexcept { complete_bytes_ += bytes; }
  /// Gives the message's memory back: the next one begins.
  void forget_message();

  /// The payload to send instead of `message`, valid until the next call on the shard; empty where
  /// the message is to be sent as it is, because it is small or does not get smaller.
  std::string_view deflate(std::string_view message);

  /// Goes on with another shard's tools.
  void move_to(deflate_tools& tools) noexcept { tools_ = &tools; }

 private:
  base::inflater& incoming();
  base::deflater& outgoing();

  deflate_terms agreed_;
  deflate_tools* tools_;
  std::unique_ptr<base::inflater> inflater_;  // kept, or of the message under way
  std::unique_ptr<base::deflater> deflater_;  // kept
  base::buffer inflated_;
  std::size_t complete_bytes_ = 0;
};

}  // namespace sidewire::websocket
