#include <doctest/doctest.h>

#include <memory>
#include <sidewire/error.hpp>
#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// Methods that call their caller.

namespace sidewire::rpc::test {

struct question {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(question, (), (text))

namespace {

struct asking : scene {
  asking() {
    methods.add("ask", {.summary = "Asks its caller."}, [this](call& c) -> awaitable<int> {
      const question asked{"sure?"};
      try {
        const int answer = co_await c.peer()->request<int>("confirm", asked, patience);
        co_return answer;
      } catch (const call_failed& failed) {
        reason = failed.reason();
        throw;
      }
    });
    client->takes_requests();
  }
  void begins() {
    client->says(R"({"jsonrpc":"2.0","id":"c","method":"ask"})");
    settle();
  }
  void hears_question(int id = 1) {
    client->hears(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                  R"(,"method":"confirm","params":{"text":"sure?"}})");
  }

  std::chrono::milliseconds patience{60'000};
  std::optional<error> reason;
};

TEST_CASE_FIXTURE(asking, "a method gets its caller's answer") {
  begins();
  hears_question();
  client->says(R"({"jsonrpc":"2.0","id":1,"result":42})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","result":42})");
}

TEST_CASE_FIXTURE(asking, "answers may come in any order, and what answers nothing is ignored") {
  begins();
  client->says(R"({"jsonrpc":"2.0","id":"d","method":"ask"})");
  settle();
  hears_question(1);
  hears_question(2);
  for (const auto stray : {"3", "\"1\"", "null", "1.5", "-1"}) {
    client->says(std::string{R"({"jsonrpc":"2.0","result":0,"id":)"} + stray + "}");
  }
  client->says(R"({"jsonrpc":"2.0","id":2,"result":2})");
  client->hears(R"({"jsonrpc":"2.0","id":"d","result":2})");
  client->says(R"({"jsonrpc":"2.0","id":2,"result":3})");
  client->says(R"({"jsonrpc":"2.0","id":1,"result":1})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","result":1})");
}

TEST_CASE_FIXTURE(asking, "the caller's error is the method's to see") {
  begins();
  hears_question();
  client->says(R"({"jsonrpc":"2.0","id":1,"error":{"code":4711,"message":"no",
                  "data":{"kind":"application","retryable":false,"details":{"why":1}}}})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","error":{"code":4711,"message":"no"}})");
  REQUIRE(reason);
  CHECK(reason->details()->text() == R"({"why":1})");
}

TEST_CASE_FIXTURE(asking, "an answer of another type is an error") {
  begins();
  hears_question();
  client->says(R"({"jsonrpc":"2.0","id":1,"result":"yes"})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","error":{"code":-32602}})");
}

TEST_CASE_FIXTURE(asking, "a caller that does not answer in time is told to forget it") {
  begins();
  hears_question();
  time_passes(patience);
  client->hears(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","error":{"code":-32020}})");
}

TEST_CASE_FIXTURE(asking, "a method that is cancelled cancels what it has asked") {
  begins();
  hears_question();
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"c"}})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","error":{"code":-32800}})");
  client->hears(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
}

TEST_CASE_FIXTURE(asking, "a caller that takes no requests is unavailable") {
  const auto plain = make_caller(client->who());
  plain->says(R"({"jsonrpc":"2.0","id":1,"method":"ask"})");
  plain->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32029}})");
}

TEST_CASE_FIXTURE(asking, "a bounded number of requests waits for a caller") {
  limits.max_client_requests = 1;
  begins();
  hears_question();
  client->says(R"({"jsonrpc":"2.0","id":"d","method":"ask"})");
  client->hears(R"({"jsonrpc":"2.0","id":"d","error":{"code":-32024,
                   "data":{"limit":"maxClientRequests"}}})");
  client->says(R"({"jsonrpc":"2.0","id":1,"result":1})");
  client->hears(R"({"jsonrpc":"2.0","id":"c","result":1})");
}

TEST_CASE_FIXTURE(asking, "a peer may be kept, and is unavailable once its caller has gone") {
  std::shared_ptr<peer> kept;
  methods.add("keep", {.summary = "Keeps its caller."}, [&kept](call& c) { kept = c.peer(); });
  client->says(R"({"jsonrpc":"2.0","id":1,"method":"keep"})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  kept->notify("news", question{"hello"});
  client->hears(R"({"jsonrpc":"2.0","method":"news","params":{"text":"hello"}})");
  client_leaves();
  kept->notify("news", question{"nobody"});
  CHECK_THROWS_AS(kept->request<int>("confirm", question{"anybody?"}), call_failed);
}

TEST_CASE_FIXTURE(asking, "who waits for a caller that goes is told that it is unavailable") {
  std::shared_ptr<peer> kept;
  methods.add("keep", {.summary = "Keeps its caller."}, [&kept](call& c) { kept = c.peer(); });
  client->says(R"({"jsonrpc":"2.0","id":1,"method":"keep"})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  const auto other = make_caller(client->who());
  methods.add("relay", {.summary = "Asks the one that was kept."},
              [&kept](call&) -> awaitable<int> {
                const question asked{"sure?"};
                const int answer = co_await kept->request<int>("confirm", asked);
                co_return answer;
              });
  other->says(R"({"jsonrpc":"2.0","id":2,"method":"relay"})");
  settle();
  hears_question();
  client_leaves();
  other->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32029}})");
}

}  // namespace
}  // namespace sidewire::rpc::test
