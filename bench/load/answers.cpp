#include "load/answers.hpp"

#include <charconv>
#include <stdexcept>

#include "load/requests.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t shown_bytes = 300;

[[noreturn]] void refuse(std::string_view what, std::string_view bytes) {
  throw std::runtime_error{std::string{what} + ": " + std::string{bytes.substr(0, shown_bytes)}};
}

received_answer incomplete(std::size_t needed_bytes) {
  return {{}, 0, needed_bytes};
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

received_answer cut_frame(std::string_view received) {
  if (received.size() < 2) return incomplete(2);
  const auto first = static_cast<unsigned char>(received[0]);
  if (first != 0x81 && first != 0x82) {
    refuse(first == 0x88 ? "the server closed" : "not an unfragmented message", received);
  }
  const auto short_length = static_cast<unsigned char>(received[1]);
  if (short_length > 127) refuse("a masked frame", received);
  const std::size_t length_bytes = short_length < 126 ? 0 : short_length == 126 ? 2 : 8;
  const std::size_t header_bytes = 2 + length_bytes;
  if (received.size() < header_bytes) return incomplete(header_bytes);
  const std::size_t payload_bytes =
      length_bytes == 0 ? short_length : big_endian(received.substr(2, length_bytes));
  const std::size_t frame_bytes = header_bytes + payload_bytes;
  if (received.size() < frame_bytes) return incomplete(frame_bytes);
  return {received.substr(header_bytes, payload_bytes), frame_bytes, frame_bytes};
}

/// Header names are searched in the two spellings that servers use.
std::size_t content_length(std::string_view headers) {
  std::size_t at = headers.find("\r\nContent-Length: ");
  if (at == std::string_view::npos) at = headers.find("\r\ncontent-length: ");
  if (at == std::string_view::npos) refuse("no Content-Length", headers);
  const std::string_view digits = headers.substr(headers.find(' ', at) + 1);
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return length;
}

}  // namespace

received_answer cut_response(std::string_view received, std::string_view status) {
  const std::size_t header_bytes = cut_head(received, status);
  if (header_bytes == 0) return incomplete(received.size() + 1);
  const std::size_t total_bytes = header_bytes + content_length(received.substr(0, header_bytes));
  if (received.size() < total_bytes) return incomplete(total_bytes);
  return {received.substr(header_bytes, total_bytes - header_bytes), total_bytes, total_bytes};
}

std::size_t cut_head(std::string_view received, std::string_view status) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  if (!received.starts_with(status)) refuse("not answered " + std::string{status}, received);
  return end + 4;
}

received_answer cut_answer(transport kind, std::string_view received, std::size_t raw_bytes) {
  switch (kind) {
    case transport::raw:
      if (received.size() < raw_bytes) return incomplete(raw_bytes);
      return {received.substr(0, raw_bytes), raw_bytes, raw_bytes};
    case transport::websocket_text:
    case transport::websocket_binary:
      return cut_frame(received);
    case transport::post:
    case transport::rest_post:
    case transport::rest_get:
    case transport::poll:
      return cut_response(received, status_ok);
    case transport::sse:
      break;
  }
  throw std::logic_error{"no such transport"};
}

std::size_t cut_upgrade(std::string_view received) {
  return cut_head(received, "HTTP/1.1 101 ");
}

answer_checker::answer_checker(const options& wanted)
    : transport_{wanted.transport},
      expected_result_{expected_result(wanted)},
      id_bytes_{wanted.transport == transport::websocket_binary ? 5 : id_digits} {}

std::uint32_t answer_checker::check(std::string_view payload) {
  if (pattern_.empty()) learn(payload);
  const std::size_t id_end = id_offset_ + id_bytes_;
  const std::string_view pattern{pattern_};
  if (payload.size() != pattern.size() ||
      payload.substr(0, id_offset_) != pattern.substr(0, id_offset_) ||
      payload.substr(id_end) != pattern.substr(id_end)) {
    refuse("an answer that differs from the first", payload);
  }
  const auto id = id_at(payload, id_offset_);
  if (!id) refuse("an answer without our id", payload);
  return *id;
}

void answer_checker::check_result(std::string_view payload) {
  const bool echoes = transport_ == transport::rest_post;
  const std::size_t end = echoes ? payload.size() : payload.find(R"("uptimeMs":)");
  const std::string_view steady = payload.substr(0, end);
  if (pattern_.empty()) pattern_ = echoes ? std::string_view{expected_result_} : steady;
  if (pattern_.find(expected_result_) == std::string::npos) refuse("not the result", payload);
  if (steady != pattern_) refuse("an answer that differs from the first", payload);
}

void answer_checker::learn(std::string_view payload) {
  if (payload.find(expected_result_) == std::string_view::npos) {
    refuse("an answer without the result", payload);
  }
  const std::string_view name = transport_ == transport::websocket_binary ? "\xa2id" : "\"id\":";
  for (std::size_t at = payload.find(name); at != std::string_view::npos;
       at = payload.find(name, at + 1)) {
    if (!id_at(payload, at + name.size())) continue;
    id_offset_ = at + name.size();
    pattern_ = payload;
    return;
  }
  refuse("an answer without our id", payload);
}

std::optional<std::uint32_t> answer_checker::id_at(std::string_view payload,
                                                   std::size_t offset) const {
  if (payload.size() < offset + id_bytes_) return std::nullopt;
  const std::string_view bytes = payload.substr(offset, id_bytes_);
  std::uint32_t id = 0;
  if (transport_ == transport::websocket_binary) {
    if (bytes[0] != '\xce') return std::nullopt;
    id = static_cast<std::uint32_t>(big_endian(bytes.substr(1)));
  } else if (std::from_chars(bytes.data(), bytes.data() + bytes.size(), id).ptr !=
             bytes.data() + bytes.size()) {
    return std::nullopt;
  }
  return id < lowest_id || id > highest_id ? std::nullopt : std::optional{id};
}

}  // namespace sidewire::bench
