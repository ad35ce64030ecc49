// The WebSocket codec without a network: sixteen small messages that one read brought, and one of
// 1 MiB. Unmasking happens in place, so each turn begins with a copy of the bytes, which is
// counted.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "base/buffer.hpp"
#include "transports/websocket/codec.hpp"
#include "transports/websocket/frame_writer.hpp"

namespace {

using sidewire::base::buffer;
namespace websocket = sidewire::websocket;

constexpr std::size_t max_message_bytes = 16 * 1024 * 1024;
constexpr std::string_view small_call =
    R"({"jsonrpc":"2.0","id":1000000,"method":"system.echo","params":{"text":"hello","n":42}})";

/// A client's frame, masked with a fixed key (RFC 6455, 5.3).
std::string masked_frame(std::string_view payload) {
  constexpr std::string_view mask = "\x37\xfa\x21\x3d";
  std::string frame = "\x81";
  const std::size_t length_bytes = payload.size() < 126 ? 0 : 8;
  frame.push_back(static_cast<char>(0x80 | (length_bytes == 0 ? payload.size() : 127)));
  for (std::size_t i = length_bytes; i-- > 0;) {
    frame.push_back(static_cast<char>(payload.size() >> (8 * i)));
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ mask[i % mask.size()]));
  }
  return frame;
}

void read_messages(benchmark::State& state, const std::string& frames) {
  websocket::codec codec{max_message_bytes};
  buffer received;
  std::int64_t messages = 0;
  for (auto _ : state) {
    received.clear();
    received.append(frames);
    for (;;) {
      std::size_t consumed = 0;
      const websocket::event event = codec.next(received.bytes(), consumed);
      if (event.what != websocket::event::kind::message) break;
      benchmark::DoNotOptimize(event.payload.data());
      received.consume(consumed);
      ++messages;
    }
  }
  state.SetItemsProcessed(messages);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frames.size()));
}

void read_small_frames(benchmark::State& state) {
  std::string frames;
  for (int i = 0; i < 16; ++i) frames += masked_frame(small_call);
  read_messages(state, frames);
}

void read_large_frame(benchmark::State& state) {
  read_messages(state, masked_frame(std::string(1024 * 1024, 'x')));
}

void write_small_frames(benchmark::State& state) {
  buffer out;
  for (auto _ : state) {
    for (int i = 0; i < 16; ++i) {
      websocket::frame_writer writer{out, websocket::opcode::text};
      out.append(small_call);
      writer.finish();
    }
    benchmark::DoNotOptimize(out.data());
    out.clear();
  }
  state.SetItemsProcessed(state.iterations() * 16);
}

BENCHMARK(read_small_frames);
BENCHMARK(read_large_frame);
BENCHMARK(write_small_frames);

}  // namespace
