#include "rest/metrics_text.hpp"

#include <doctest/doctest.h>

namespace sidewire::rest {
namespace {

using namespace std::chrono_literals;

struct two_shards {
  two_shards() {
    methods.add("a.b", {}, [] {});
    methods.add("never", {}, [] {});
    for (auto& shard : shards) shard.begin(methods.size());
  }
  std::string text() const {
    const std::array<const rpc::call_counts*, 2> calls{&shards[0], &shards[1]};
    return metrics_text({.version = "1.2",
                         .connections = 3,
                         .resumes = {{"recovered", 5}},
                         .bytes = {{"websocket", 7, 8}}},
                        methods, calls);
  }
  bool says(std::string_view line) const {
    return text().find("\n" + std::string{line} + "\n") != std::string::npos;
  }
  registry methods;
  std::array<rpc::call_counts, 2> shards;
};

}  // namespace

TEST_CASE_FIXTURE(two_shards, "calls are summed over shards, by method and outcome") {
  shards[0].ended(0, {}, 1us);
  shards[1].ended(0, {}, 2ms);
  shards[1].ended(0, error_kind::conflict, 1us);
  CHECK(says(R"(sidewire_calls_total{method="a.b",outcome="ok"} 2)"));
  CHECK(says(R"(sidewire_calls_total{method="a.b",outcome="conflict"} 1)"));
  CHECK(says(R"(sidewire_calls_total{method="never",outcome="ok"} 0)"));
  CHECK(text().find(R"(method="never",outcome="conflict")") == std::string::npos);
}

TEST_CASE_FIXTURE(two_shards, "durations are a histogram in seconds, each class with those below") {
  for (const auto took : {10us, 11us, 100us, 20000000us}) shards[0].ended(0, {}, took);
  CHECK(says(R"(sidewire_call_duration_seconds_bucket{method="a.b",le="1e-05"} 1)"));
  CHECK(says(R"(sidewire_call_duration_seconds_bucket{method="a.b",le="1e-04"} 3)"));
  CHECK(says(R"(sidewire_call_duration_seconds_bucket{method="a.b",le="10"} 3)"));
  CHECK(says(R"(sidewire_call_duration_seconds_bucket{method="a.b",le="+Inf"} 4)"));
  CHECK(says(R"(sidewire_call_duration_seconds_count{method="a.b"} 4)"));
  CHECK(says(R"(sidewire_call_duration_seconds_sum{method="a.b"} 20.000121)"));
  CHECK(text().find(R"(seconds_count{method="never"})") == std::string::npos);
}

TEST_CASE_FIXTURE(two_shards, "calls of methods that do not exist have one label") {
  shards[0].ended(2, error_kind::method_not_found, 1us);
  shards[0].ended(99, error_kind::method_not_found, 1us);
  CHECK(says(R"(sidewire_calls_total{method="",outcome="method_not_found"} 2)"));
}

TEST_CASE_FIXTURE(two_shards, "every name has its help and type once, and names have units") {
  for (const char* line : {"# TYPE sidewire_connections gauge", "sidewire_connections 3",
                           "# TYPE sidewire_session_resumes_total counter",
                           R"(sidewire_session_resumes_total{outcome="recovered"} 5)",
                           R"(sidewire_received_bytes_total{transport="websocket"} 7)",
                           R"(sidewire_sent_bytes_total{transport="websocket"} 8)",
                           R"(sidewire_build_info{version="1.2"} 1)"}) {
    CAPTURE(line);
    CHECK(says(line));
  }
}

TEST_CASE("a label's value is escaped") {
  registry methods;
  methods.add("a\"b\\c\nd", {}, [] {});
  rpc::call_counts counts;
  counts.begin(1);
  const std::array<const rpc::call_counts*, 1> calls{&counts};
  CHECK(metrics_text({}, methods, calls).find(R"(method="a\"b\\c\nd")") != std::string::npos);
}

}  // namespace sidewire::rest
