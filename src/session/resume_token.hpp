#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidewire::session {

/// What a client shows to get its session back: `INSTANCE.SHARD.NUMBER.SECRET`. All but the secret
/// is the session's public name. Refers to the text it was read from.
struct resume_token {
  std::string_view instance;
  std::size_t shard = 0;
  std::uint64_t number = 0;
  std::string_view secret;
};

/// Nothing for a text of another form.
std::optional<resume_token> parse_resume_token(std::string_view text) noexcept;

/// `INSTANCE.SHARD.NUMBER`.
std::string session_name(std::string_view instance, std::size_t shard, std::uint64_t number);

/// In a time that tells nothing of where they differ.
bool same_secret(std::string_view left, std::string_view right) noexcept;

}  // namespace sidewire::session
