// One message between bytes and meaning, without a network: reading a small call, writing its
// answer, both formats, and a large text.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <sidewire/json.hpp>
#include <string>

#include "base/buffer.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "codec/reader.hpp"

namespace {

using sidewire::format;
using sidewire::base::buffer;

constexpr std::size_t max_depth = 256;
constexpr std::string_view small_call =
    R"({"jsonrpc":"2.0","id":1000000,"method":"system.echo","params":{"text":"hello","n":42}})";

std::string large_call() {
  return R"({"jsonrpc":"2.0","id":1,"method":"system.echo","params":{"text":")" +
         std::string(1024 * 1024, 'x') + R"("}})";
}

buffer in_format(std::string_view json, format as) {
  buffer bytes;
  sidewire::codec::encode(bytes, as, sidewire::json_view{json, format::json});
  bytes.prepare(0);  // the padding that a reader wants
  return bytes;
}

void read(benchmark::State& state, std::string_view json, format as) {
  const buffer message = in_format(json, as);
  sidewire::codec::reader reader{max_depth};
  for (auto _ : state) {
    if (!reader.read(message.view(), as)) std::abort();
    reader.each([](sidewire::codec::incoming& call) { benchmark::DoNotOptimize(call.params); });
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

void echo(benchmark::State& state, format as) {
  const buffer message = in_format(small_call, as);
  sidewire::codec::reader reader{max_depth};
  buffer out;
  for (auto _ : state) {
    if (!reader.read(message.view(), as)) std::abort();
    reader.each([&](sidewire::codec::incoming& call) {
      const sidewire::json_view params = call.params->view();
      sidewire::codec::write_result(out, as, call.id, &sidewire::describe<sidewire::json_view>(),
                                    &params);
    });
    benchmark::DoNotOptimize(out.data());
    out.clear();
  }
}

void read_small_json(benchmark::State& state) {
  read(state, small_call, format::json);
}
void read_small_msgpack(benchmark::State& state) {
  read(state, small_call, format::msgpack);
}
void read_large_json(benchmark::State& state) {
  read(state, large_call(), format::json);
}
void read_large_msgpack(benchmark::State& state) {
  read(state, large_call(), format::msgpack);
}
void echo_json(benchmark::State& state) {
  echo(state, format::json);
}
void echo_msgpack(benchmark::State& state) {
  echo(state, format::msgpack);
}

BENCHMARK(read_small_json);
BENCHMARK(read_small_msgpack);
BENCHMARK(read_large_json);
BENCHMARK(read_large_msgpack);
BENCHMARK(echo_json);
BENCHMARK(echo_msgpack);

}  // namespace
