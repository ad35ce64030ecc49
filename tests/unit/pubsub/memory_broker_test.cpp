#include "pubsub/memory_broker.hpp"

#include "tests/contract/broker_contract.hpp"

namespace sidewire::pubsub {
namespace {

struct memory_fixture {
  broker& store() { return store_; }
  void settle() {}
  void pass(std::chrono::milliseconds time) { now_ += time; }

  base::time_point now_{};
  memory_broker store_{"epoch", [this] { return now_; }};
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(contract::broker_contract, memory_fixture);

}  // namespace sidewire::pubsub
