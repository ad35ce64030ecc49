#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rpc/client_requests.hpp"
#include "tests/unit/session/model_client.hpp"

/// Connections that break anywhere, at any time, as often as can be: nothing is lost, repeated or
/// out of order.

namespace sidewire::session::test {
namespace {

struct numbered {
  int n = 0;
};
BOOST_DESCRIBE_STRUCT(numbered, (), (n))

/// A client and its server, and what may happen to them next.
struct troubled : session_scene {
  explicit troubled(std::uint32_t seed);

  std::size_t below(std::size_t bound) { return random() % bound; }
  model_connection& any_connection() {
    return *client.connections()[below(client.connections().size())];
  }
  void breaks();
  void opens_gate();
  void tells();
  void asks_the_client();
  void something_happens();
  /// No more breaks, until both sides have nothing more to say.
  void ends_well();

  std::mt19937 random;
  std::vector<std::unique_ptr<rpc::test::gate>> gates;
  model_client client{*this};
  session* served = nullptr;
  int break_count = 0;
  int told_count = 0;
  int asked_count = 0;
  int answered_count = 0;
};

troubled::troubled(std::uint32_t seed) : random{seed} {
  limits.resume_window = std::chrono::hours{1};
  limits.resume_buffer_bytes = 1024 * 1024;
  methods.add("later", {.summary = "Notes a number, and answers it when a gate is opened."},
              [this](numbered p) -> awaitable<int> {
                ran.push_back(p.n);
                co_await gates.back()->pass();
                co_return p.n;
              });
  opens_gate();
  // The very first connections break before the client hears of a session.
  for (std::size_t lost = below(4); lost != 0; --lost) {
    if (below(2) == 0) in_one_turn([this] { client.current().server_reads(); });
    breaks();
  }
  in_one_turn([this] {
    client.current().server_reads();
    served = client.current().served();
    client.reads(client.current());
  });
  REQUIRE(client.has_session());
}

void troubled::breaks() {
  ++break_count;
  client.current().cut_after(below(client.current().to_server.size() + 1));
  client.asks();
}

void troubled::opens_gate() {
  if (!gates.empty()) gates.back()->open();
  gates.push_back(std::make_unique<rpc::test::gate>(loop()));
}

void troubled::tells() {
  session_scene::tells(*served, R"({"jsonrpc":"2.0","method":"tick","params":{"n":)" +
                                    std::to_string(++told_count) + "}}");
}

void troubled::asks_the_client() {
  const numbered params{++asked_count};
  boost::asio::co_spawn(loop().get_executor(),
                        served->requests()->send("ask", describe<numbered>(), &params,
                                                 std::chrono::hours{24 * 365 * 10}),
                        [this](const std::exception_ptr& failed, const json& answer) {
                          REQUIRE_FALSE(failed);
                          REQUIRE_FALSE(answer.text().empty());
                          ++answered_count;
                        });
}

void troubled::something_happens() {
  const std::size_t what = below(100);
  if (what < 32) {
    model_connection& connection = any_connection();
    for (std::size_t count = below(6); count != 0; --count) connection.server_reads();
  } else if (what < 60) {
    model_connection& connection = any_connection();
    for (std::size_t count = below(6); count != 0; --count) client.reads(connection);
  } else if (what < 68) {
    client.calls("count");
  } else if (what < 74) {
    client.calls("later");
  } else if (what < 80) {
    tells();
  } else if (what < 83) {
    asks_the_client();
  } else if (what < 87) {
    client.acknowledges();
  } else if (what < 90) {
    opens_gate();
  } else if (what < 97) {
    breaks();
  } else if (what < 99) {
    client.asks();  // and the older connection stays, with all that is on its way
  } else {
    client.asks();
    client.asks();
  }
  client.tidies();
}

void troubled::ends_well() {
  for (int calm = 0; calm != 3;) {
    in_one_turn([&] {
      opens_gate();
      ++calm;
      for (std::size_t at = 0; at != client.connections().size(); ++at) {
        model_connection& connection = *client.connections()[at];
        if (!connection.to_server.empty() || !connection.to_client.empty()) calm = 0;
        connection.server_reads();
        client.reads(connection);
      }
    });
    time_passes(std::chrono::seconds{1});
  }
  in_one_turn([this] {
    client.acknowledges();
    client.current().server_reads();
  });
}

TEST_CASE("whatever breaks, calls run and are answered once, and messages arrive once, in order") {
  int break_count = 0;
  for (std::uint32_t seed = 1; seed != 41; ++seed) {
    CAPTURE(seed);
    troubled both{seed};
    for (int step = 0; step != 2000; ++step) {
      both.in_one_turn([&] { both.something_happens(); });
      if (step % 16 == 0) both.time_passes(std::chrono::milliseconds{100});
    }
    both.ends_well();
    REQUIRE(both.client.unanswered_count() == 0);
    REQUIRE(both.ran.size() == static_cast<std::size_t>(both.client.called_count()));
    for (std::size_t at = 0; at != both.ran.size(); ++at) {
      REQUIRE(both.ran[at] == static_cast<int>(at) + 1);
    }
    REQUIRE(both.client.told_count() == both.told_count);
    REQUIRE(both.client.asked_count() == both.asked_count);
    REQUIRE(both.answered_count == both.asked_count);
    REQUIRE(both.served->sent().unacknowledged_bytes() == 0);
    break_count += both.break_count;
  }
  CHECK(break_count > 5000);
}

}  // namespace
}  // namespace sidewire::session::test
