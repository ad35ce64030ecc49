#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "load/options.hpp"

namespace sidewire::bench {

/// Makes the requests that publish, and tells the publications that come of them: each carries its
/// number, and must equal the first in every byte from its beginning to the end of the published
/// params, but for the digits of that number. Not thread-safe.
class publications {
 public:
  explicit publications(const options& wanted);

  /// A frame that asks the server to publish the next one.
  std::string_view next_request();
  /// The number of the next one that is published; the first is `lowest_id`.
  std::uint32_t next_number() const { return next_; }

  /// The number of one that came. Throws std::runtime_error where it is none of ours.
  std::uint32_t check(std::string_view payload);

 private:
  void learn(std::string_view payload);

  dialect dialect_;
  std::string_view event_;  // named by a publication; empty where the stream names it beside
  std::string topic_;
  std::size_t keys_;
  std::string request_;
  std::uint32_t next_;
  std::string head_;  // of every publication, up to its number; empty before the first
  std::string tail_;  // what follows the number, before anything that the server adds
};

}  // namespace sidewire::bench
