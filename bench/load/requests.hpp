#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "load/options.hpp"

namespace sidewire::bench {

/// Every id has seven decimal digits (five bytes of MessagePack), so that all requests of a run,
/// and all answers, have one length.
inline constexpr std::size_t id_digits = 7;
inline constexpr std::uint32_t lowest_id = 1'000'000;
inline constexpr std::uint32_t highest_id = 9'999'999;

/// Everything that one connection sends, built before the measurement: `count` requests of
/// `request_bytes` each, one after another, with the ids from `first_id` up. The first `in_flight`
/// stand once more behind the last, so that any run of them is contiguous. Immutable.
struct request_ring {
  std::string bytes;
  std::size_t request_bytes = 0;
  std::size_t count = 0;
  std::uint32_t first_id = 0;

  std::string_view request(std::size_t index) const {
    return std::string_view{bytes}.substr(index * request_bytes, request_bytes);
  }
};

/// The ring of connection `index`; ids differ between connections. WebSocket frames are masked with
/// a different key each (RFC 6455, 5.3).
request_ring build_requests(const options& wanted, std::size_t index);

/// One call alone, in JSON.
std::string call_message(const options& wanted);

/// What a connection sends before its first request: the upgrade; nothing where there is none.
std::string opening(const options& wanted);

/// HTTP requests; `more` are whole header lines.
std::string post_request(const options& wanted, std::string_view body, std::string_view more = {});
std::string get_request(const options& wanted, std::string_view target, std::string_view more = {});

/// A masked close frame with code 1000.
std::string close_frame();
/// A masked text frame.
std::string text_frame(std::string_view payload);

/// Words of printable ASCII without anything to escape, exactly `size` bytes.
std::string text_of(std::size_t size);
std::string concat(std::initializer_list<std::string_view> parts);

/// The bytes that the answer to a request has to contain besides its id: `"result":{…}` exactly as
/// it was sent (over REST without the name). Empty where only the id is checked (log entries).
std::string expected_result(const options& wanted);

}  // namespace sidewire::bench
