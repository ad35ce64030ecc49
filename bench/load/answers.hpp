#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "load/options.hpp"

namespace sidewire::bench {

/// One answer at the front of the received bytes. `consumed_bytes` includes its framing; 0: it has
/// not come whole, and `needed_bytes` says how many it takes, as far as that can be seen.
struct received_answer {
  std::string_view payload;
  std::size_t consumed_bytes = 0;
  std::size_t needed_bytes = 0;
};

/// Cuts the first answer off `received`. Takes server frames in one piece (RFC 6455, 5.2), which
/// all contestants send, and HTTP answers with a Content-Length. `raw_bytes` is the length of an
/// answer on `raw`. Throws std::runtime_error on anything else, so on a close frame and on a status
/// other than 200; event streams are an `event_reader`'s.
received_answer cut_answer(transport kind, std::string_view received, std::size_t raw_bytes);

/// Beginnings of status lines.
inline constexpr std::string_view status_ok = "HTTP/1.1 200 ";
inline constexpr std::string_view status_accepted = "HTTP/1.1 202 ";

/// Cuts the first HTTP response off `received`, which has a Content-Length and the status line's
/// beginning `status`. Throws std::runtime_error on anything else.
received_answer cut_response(std::string_view received, std::string_view status);

/// The length of the head of a response that must begin with `status`, 0 while it is incomplete.
/// Throws std::runtime_error on another status.
std::size_t cut_head(std::string_view received, std::string_view status);

/// The length of the server's answer to the upgrade, 0 while it is incomplete. Throws
/// std::runtime_error on a status other than 101.
std::size_t cut_upgrade(std::string_view received);

/// Checks answers against the first one, which it searches for the id and the expected result; each
/// further one must equal it in every byte but those of the id. Not thread-safe.
class answer_checker {
 public:
  explicit answer_checker(const options& wanted);

  /// The id of an answer. Throws std::runtime_error where the answer is none to our request.
  std::uint32_t check(std::string_view payload);
  /// The same of a REST answer, which has no id: the params as they were sent, or what
  /// `system.info` tells, where all but the time since the start must equal the first answer.
  void check_result(std::string_view payload);

 private:
  void learn(std::string_view payload);
  std::optional<std::uint32_t> id_at(std::string_view payload, std::size_t offset) const;

  transport transport_;
  std::string expected_result_;
  std::string pattern_;  // the first answer; empty before it
  std::size_t id_offset_ = 0;
  std::size_t id_bytes_;
};

}  // namespace sidewire::bench
