#pragma once

#include <boost/describe.hpp>
#include <cstddef>
#include <cstdint>
#include <sidewire/bytes.hpp>
#include <string>
#include <string_view>

#include "services/logs/entry_list.hpp"

namespace sidewire::services::logs {

/// How `logs.getLarge` packs its entries.
enum class payload_format : std::uint8_t {
  msgpack,  ///< a MessagePack array of entries
  gzip,     ///< the same, compressed (RFC 1952)
};
BOOST_DESCRIBE_ENUM(payload_format, msgpack, gzip)

/// A MessagePack array of the entries, oldest first: maps as `log_entry` has them.
std::string packed(const entry_list& newest_first);

/// What `packed` is going to take, but for the few bytes that lengths vary in.
std::size_t packed_bytes(const entry_list& entries);

/// `text` as a gzip file, compressed for speed.
std::string gzipped(std::string_view text);

}  // namespace sidewire::services::logs
