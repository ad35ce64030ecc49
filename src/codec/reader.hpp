#pragma once

#include <cstddef>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "codec/msgpack_parser.hpp"
#include "codec/value.hpp"
#include "protocol/id.hpp"

namespace sidewire::codec {

/// For texts that are read off the wire: the deepest that the configuration lets a message be.
inline constexpr std::size_t max_depth_of_any_text = 1024;

enum class incoming_kind : std::uint8_t { request, notification, response, invalid };

/// One JSON-RPC message (or element of a batch) where it lies. Valid until the reader reads again.
struct incoming {
  incoming() noexcept {}  // sets what has a value, rather than clearing all that could have one

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
  /// `max_depth`: arrays and objects open at once.
  explicit reader(std::size_t max_depth);

  /// Reads one message. `text` must be followed by base::buffer::padding readable bytes and stay
  /// where it is while its values are used. On failure: parse_error.
  result<void> read(std::string_view text, format written_as);
  /// Of a message with more, the parser's memory, about 14 bytes a byte, is not to be kept for long.
  static constexpr std::size_t kept_message_bytes = std::size_t{1024} * 1024;
  /// Gives the parser's memory back, where a message was that large.
  void release_if_large(std::size_t message_bytes);
  void release();

  /// The whole value.
  const value& root() const noexcept { return root_; }
  bool is_batch() const noexcept { return is_batch_; }
  /// Elements of a batch; 1 for a single message.
  std::size_t size() const noexcept { return size_; }
  /// Reads the message that is no batch into `element`, a new one: it is too large to be copied.
  void read_single(incoming& element) const;
  /// Calls `visit(incoming&)` for each element, in order.
  template <class Visit>
  void each(Visit visit) {
    each(&visit,
         [](void* context, incoming& element) { (*static_cast<Visit*>(context))(element); });
  }

 private:
  void each(void* context, void (*visit)(void* context, incoming& element));
  simdjson::error_code parse_json(std::string_view text, std::size_t max_depth);
  result<void> read_json(std::string_view text);

  std::size_t max_depth_;
  simdjson::dom::parser parser_;
  std::size_t json_capacity_ = 0;
  std::size_t json_depth_ = 0;
  msgpack_parser msgpack_;
  value root_;
  bool is_batch_ = false;
  std::size_t size_ = 0;
};

inline constexpr std::string_view params_expected = "expected params to be an object or an array";
/// Whether a value may be a request's params: an object or an array.
bool may_be_params(const value& given);
/// The id that stands in a member of an object, as in `$/cancelRequest`.
std::optional<protocol::id_view> read_id_member(const value& object, std::string_view name);

}  // namespace sidewire::codec
