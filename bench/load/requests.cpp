#include "load/requests.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sidewire::bench {
namespace {

constexpr std::size_t large_text_bytes = 64 * 1024;

/// The `width` lowest bytes of `value`, most significant first.
std::string big_endian(std::uint64_t value, std::size_t width) {
  std::string bytes(width, '\0');
  for (std::size_t i = width; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value);
  return bytes;
}

std::string packed_string(std::string_view text) {
  std::string packed;
  if (text.size() < 32) {
    packed.push_back(static_cast<char>(0xa0 | text.size()));
  } else if (text.size() < 256) {
    packed = concat({"\xd9", big_endian(text.size(), 1)});
  } else if (text.size() < 65'536) {
    packed = concat({"\xda", big_endian(text.size(), 2)});
  } else {
    packed = concat({"\xdb", big_endian(text.size(), 4)});
  }
  return packed.append(text);
}

std::string packed_number(std::uint32_t number) {
  return concat({"\xce", big_endian(number, 4)});
}

struct call {
  std::string method;
  std::string json_params;
  std::string packed_params;
};

call call_of(const options& wanted) {
  if (!wanted.logs_service.empty()) {
    const std::string limit = std::to_string(wanted.logs_limit);
    return {wanted.method,
            concat({R"({"service":")", wanted.logs_service, R"(","limit":)", limit, "}"}),
            concat({"\x82", packed_string("service"), packed_string(wanted.logs_service),
                    packed_string("limit"),
                    packed_number(static_cast<std::uint32_t>(wanted.logs_limit))})};
  }
  const std::string text = text_of(wanted.text_bytes);
  return {wanted.method, concat({R"({"text":")", text, R"(","n":42})"}),
          concat({"\x82", packed_string("text"), packed_string(text), packed_string("n"), "\x2a"})};
}

std::string json_message(const call& made, std::uint32_t id) {
  return concat({R"({"jsonrpc":"2.0","id":)", std::to_string(id), R"(,"method":")", made.method,
                 R"(","params":)", made.json_params, "}"});
}

std::string packed_message(const call& made, std::uint32_t id) {
  return concat({"\x84", packed_string("jsonrpc"), packed_string("2.0"), packed_string("id"),
                 packed_number(id), packed_string("method"), packed_string(made.method),
                 packed_string("params"), made.packed_params});
}

std::string masked_frame(unsigned char first_byte, std::string_view payload, std::uint32_t key) {
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame += big_endian(0x80 | payload.size(), 1);
  } else if (payload.size() <= std::numeric_limits<std::uint16_t>::max()) {
    frame += concat({"\xfe", big_endian(payload.size(), 2)});
  } else {
    frame += concat({"\xff", big_endian(payload.size(), 8)});
  }
  const std::string mask = big_endian(key, 4);
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  }
  return frame;
}

std::string headers(const options& wanted) {
  std::string lines = concat({"Host: 127.0.0.1:", std::to_string(wanted.port), "\r\n"});
  if (!wanted.token.empty()) lines += concat({"Authorization: Bearer ", wanted.token, "\r\n"});
  return lines;
}

std::string request_of(const options& wanted, const call& made, std::uint32_t id) {
  const std::uint32_t key = id * 2'654'435'761u;
  switch (wanted.transport) {
    case transport::raw:
    case transport::websocket_text:
      return masked_frame(0x81, json_message(made, id), key);
    case transport::websocket_binary:
      return masked_frame(0x82, packed_message(made, id), key);
    case transport::post:
      return post_request(wanted, json_message(made, id));
    case transport::rest_post:
      return post_request(wanted, made.json_params);
    case transport::rest_get:
      return get_request(wanted, wanted.path);
    case transport::sse:
    case transport::poll:
      return {};  // its clients say what they say one after another
  }
  throw std::logic_error{"no such transport"};
}

/// Several times what may be in flight, so that an id rests before it is used again; fewer where
/// each is large.
std::size_t ring_count(const options& wanted) {
  if (wanted.scenario != scenario::rate) return 1;
  if (wanted.text_bytes >= large_text_bytes) return 2 * wanted.in_flight;
  return std::max<std::size_t>(4 * wanted.in_flight, 64);
}

}  // namespace

std::string concat(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (const std::string_view part : parts) whole += part;
  return whole;
}

std::string post_request(const options& wanted, std::string_view body, std::string_view more) {
  return concat({"POST ", wanted.path, " HTTP/1.1\r\n", headers(wanted), more,
                 "Content-Type: application/json\r\nContent-Length: ", std::to_string(body.size()),
                 "\r\n\r\n", body});
}

std::string get_request(const options& wanted, std::string_view target, std::string_view more) {
  return concat({"GET ", target, " HTTP/1.1\r\n", headers(wanted), more, "\r\n"});
}

std::string text_of(std::size_t size) {
  static constexpr std::string_view words = "hello sidecar, here are some words to carry about. ";
  std::string text;
  text.reserve(size);
  while (text.size() < size) text.append(words.substr(0, size - text.size()));
  return text;
}

std::string call_message(const options& wanted) {
  return json_message(call_of(wanted), lowest_id);
}

request_ring build_requests(const options& wanted, std::size_t index) {
  request_ring ring;
  ring.count = ring_count(wanted);
  const std::size_t last_id = lowest_id + (index + 1) * ring.count - 1;
  if (last_id > highest_id) throw std::invalid_argument{"too many calls in flight"};
  ring.first_id = static_cast<std::uint32_t>(last_id - ring.count + 1);
  const call made = call_of(wanted);
  for (std::uint32_t i = 0; i < ring.count; ++i) {
    ring.bytes += request_of(wanted, made, ring.first_id + i);
  }
  ring.request_bytes = ring.bytes.size() / ring.count;
  if (wanted.scenario == scenario::rate) {
    ring.bytes += ring.bytes.substr(0, wanted.in_flight * ring.request_bytes);
  }
  return ring;
}

std::string opening(const options& wanted) {
  if (wanted.transport != transport::websocket_text &&
      wanted.transport != transport::websocket_binary) {
    return {};
  }
  return concat(
      {"GET ", wanted.path, " HTTP/1.1\r\n", headers(wanted),
       wanted.dialect == dialect::session ? "Sec-WebSocket-Protocol: sidewire.1.json\r\n" : "",
       "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"});
}

std::string close_frame() {
  return masked_frame(0x88, "\x03\xe8", 0x37fa213d);
}

std::string text_frame(std::string_view payload) {
  return masked_frame(0x81, payload, 0x7a1c90d4);
}

std::string expected_result(const options& wanted) {
  if (!wanted.logs_service.empty()) return {};
  const call made = call_of(wanted);
  if (wanted.transport == transport::rest_get) return R"("name":"sidewire")";
  if (wanted.transport == transport::rest_post) return made.json_params;
  return wanted.transport == transport::websocket_binary
             ? concat({packed_string("result"), made.packed_params})
             : concat({R"("result":)", made.json_params});
}

}  // namespace sidewire::bench
