// The load generator of the benchmarks: plays many clients at once on one thread and checks every
// answer. It shares no code with the server, so that a mistake in one does not hide in the other.
// Prints one JSON object; exit status 1 with a text where the server answered wrong.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "load/options.hpp"
#include "load/scenarios.hpp"

namespace {

sidewire::bench::report measure(const sidewire::bench::options& wanted) {
  using sidewire::bench::scenario;
  switch (wanted.scenario) {
    case scenario::rate:
      return sidewire::bench::measure_rate(wanted);
    case scenario::connects:
      return sidewire::bench::measure_connects(wanted);
    case scenario::idle:
      return sidewire::bench::measure_idle(wanted);
    case scenario::fan_out:
      return sidewire::bench::measure_fan_out(wanted);
    case scenario::resume:
      return sidewire::bench::measure_resume(wanted);
    case scenario::first_answer:
      return sidewire::bench::measure_first_answer(wanted);
    case scenario::start:
      return sidewire::bench::measure_start(wanted);
  }
  throw std::logic_error{"no such scenario"};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(sidewire::bench::parse_options(argc, argv)).print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-load: %s\n", error.what());
    return 1;
  }
}
