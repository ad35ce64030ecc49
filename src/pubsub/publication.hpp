#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>

#include "base/payload.hpp"
#include "base/timer_queue.hpp"

namespace sidewire::pubsub {

/// Where a publication stands in its topic: the store that counted it, and its number there. Of a
/// topic without any the number is 0. A value.
struct position {
  std::string epoch;
  std::uint64_t offset = 0;

  friend bool operator==(const position&, const position&) = default;
};

/// What is given to a broker to be published. A value.
struct draft {
  std::string topic;
  std::string event;
  /// An object without `_meta`, as `params_of_publication` makes it.
  std::shared_ptr<const json> params;
  std::string key;

  std::size_t size_bytes() const noexcept {
    return topic.size() + event.size() + params->text().size() + key.size();
  }
};

/// The params of a publication without their member `_meta`; null where they are no object.
std::shared_ptr<const json> params_of_publication(json_view given);

/// One event of a topic, shared by its history and by everybody that it goes to. Each form of its
/// message is encoded when it is first asked for, once. Immutable: any thread.
class publication {
 public:
  /// `previous`: of a delta topic the state of the offset before, null without one.
  publication(draft content, position where, base::time_point published_at,
              std::shared_ptr<const json> previous = {});
  publication(const publication&) = delete;
  publication& operator=(const publication&) = delete;

  const std::string& topic() const noexcept { return content_.topic; }
  const std::string& event() const noexcept { return content_.event; }
  const std::shared_ptr<const json>& params() const noexcept { return content_.params; }
  const std::string& key() const noexcept { return content_.key; }
  const position& where() const noexcept { return where_; }
  std::uint64_t offset() const noexcept { return where_.offset; }
  base::time_point published_at() const noexcept { return published_at_; }
  /// What it counts for in the bounds of a history: its content, without the encoded forms.
  std::size_t size_bytes() const noexcept { return content_.size_bytes(); }

  /// The notification that subscribers get.
  const base::shared_payload& whole(format as) const;
  /// The same with a merge patch upon the offset before in place of the state. Null where there is
  /// none, or the whole is the better.
  const base::shared_payload& delta(format as) const;
  /// How many forms were encoded so far, patches included.
  std::uint32_t encoded_count() const noexcept { return encoded_count_.load(); }

 private:
  struct form {
    std::once_flag made;
    base::shared_payload message;
  };
  enum class extent { whole, delta };

  base::shared_payload encode(format as, json_view params, extent kind) const;
  base::shared_payload encode_delta(format as) const;
  const std::optional<json>& patch() const;

  draft content_;
  position where_;
  base::time_point published_at_;
  std::shared_ptr<const json> previous_;
  mutable std::array<form, 2> whole_;  // by format
  mutable std::array<form, 2> delta_;
  mutable std::once_flag patched_;
  mutable std::optional<json> patch_;
  mutable std::atomic<std::uint32_t> encoded_count_{0};
};

using shared_publication = std::shared_ptr<const publication>;

}  // namespace sidewire::pubsub
