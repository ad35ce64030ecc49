// A server with the methods that the examples of the JSON-RPC 2.0 specification call; it embeds the
// library, and calls itself what an application would.

#include <algorithm>
#include <iostream>
#include <numeric>
#include <sidewire/sidecar.hpp>
#include <string>
#include <vector>

using namespace sidewire;

namespace {

struct subtract_params {
  std::int64_t minuend = 0;
  std::int64_t subtrahend = 0;
};
BOOST_DESCRIBE_STRUCT(subtract_params, (), (minuend, subtrahend))

std::int64_t subtract(subtract_params params) {
  return params.minuend - params.subtrahend;
}

std::int64_t sum(std::vector<std::int64_t> terms) {
  return std::accumulate(terms.begin(), terms.end(), std::int64_t{0});
}

void ignore(json) {}

}  // namespace

int main() {
  sidecar server{{.title = "Examples of the specification", .version = "2.0.1", .license = "0BSD"}};
  registry& methods = server.methods();
  methods.add("subtract", {.summary = "Takes one number from another."}, subtract);
  methods.add("sum", {.summary = "Adds numbers."}, sum);
  methods.add("update", {.summary = "Takes a notification."}, ignore);
  methods.add("notify_hello", {.summary = "Takes a notification."}, ignore);
  methods.add("notify_sum", {.summary = "Takes a notification."}, ignore);
  methods.add("get_data", {.summary = "Answers a text and a number."},
              [] { return json{R"(["hello",5])"}; });
  server.listen();
  std::cout << R"({"url":")" << server.url() << R"(","token":")" << server.token() << "\"}"
            << std::endl;
  server.run();
}
