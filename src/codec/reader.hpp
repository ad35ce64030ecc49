#pragma once

#include <cstddef>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <span>
#include <string_view>

#include "codec/value.hpp"
#include "protocol/id.hpp"

namespace sidewire::codec {

enum class incoming_kind : std::uint8_t { request, notification, response, invalid };

/// One JSON-RPC message (or element of a batch) where it lies. Valid until the reader reads again.
struct incoming {
  incoming_kind kind = incoming_kind::invalid;
  protocol::id_view id;  // of a request or response; of an invalid one where it is valid, else null
  std::string_view method;
  std::optional<value> params;  // an object or an array
  std::optional<value> result;  // of a response: this or `failure`
  std::optional<value> failure;
  std::string_view problem;  // invalid: what was expected
};

/// Bytes to messages: validates a whole text before anything of it is used, then hands out its
/// elements. One a shard, whose memory it reuses; not reentrant.
class reader {
 public:
  explicit reader(std::size_t max_depth);

  /// Reads one message. `text` must be followed by base::buffer::padding readable bytes and stay
  /// where it is while its values are used. On failure: parse_error.
  result<void> read(std::string_view text, format written_as);

  /// The whole value.
  const value& root() const noexcept { return root_; }
  bool is_batch() const noexcept { return is_batch_; }
  /// Elements of a batch; 1 for a single message.
  std::size_t size() const noexcept { return size_; }
  /// The next element, in order. False after the last.
  bool next(incoming& element);

 private:
  result<void> read_json(std::string_view text);
  result<void> read_msgpack(std::string_view text);
  value take_element();

  std::size_t max_depth_;
  simdjson::dom::parser parser_;
  msgpack_tape tape_;
  value root_;
  bool is_batch_ = false;
  std::size_t size_ = 0;
  std::size_t taken_ = 0;
  simdjson::dom::array::iterator json_element_;
  std::uint32_t msgpack_element_ = 0;
  std::string_view rest_;  // the text from the next element on
};

}  // namespace sidewire::codec
