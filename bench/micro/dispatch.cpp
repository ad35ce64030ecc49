// One small call through the dispatcher: read, validated, found, run and answered into the caller's
// buffer. What is left of a message's cost then is the transport and the kernel.
#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>
#include <sidewire/json.hpp>

#include "base/buffer.hpp"
#include "codec/encode.hpp"
#include "lone_dispatcher.hpp"

namespace {

using sidewire::format;
using sidewire::base::buffer;

constexpr std::string_view small_call =
    R"({"jsonrpc":"2.0","id":1000000,"method":"system.echo","params":{"text":"hello","n":42}})";

class collector final : public sidewire::rpc::caller {
 public:
  collector() { authenticated(sidewire::bench::lone_dispatcher::anybody()); }

  buffer& begin_message(format) override { return out; }
  void end_message() override {}
  void drop_message() override { out.clear(); }
  bool has_room() const noexcept override { return true; }
  bool takes_msgpack() const noexcept override { return false; }
  void authentication_failed() override {}

  buffer out;
};

void dispatch(benchmark::State& state, format as) {
  boost::asio::io_context context{1};
  sidewire::bench::lone_dispatcher dispatcher{context};
  buffer message;
  sidewire::codec::encode(message, as, sidewire::json_view{small_call, format::json});
  message.prepare(0);  // the padding that a reader wants
  collector caller;
  for (auto _ : state) {
    dispatcher.get().handle(caller, message.view(), as);
    benchmark::DoNotOptimize(caller.out.data());
    caller.out.clear();
  }
}

void dispatch_json(benchmark::State& state) {
  dispatch(state, format::json);
}
void dispatch_msgpack(benchmark::State& state) {
  dispatch(state, format::msgpack);
}

BENCHMARK(dispatch_json);
BENCHMARK(dispatch_msgpack);

}  // namespace
