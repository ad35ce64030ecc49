#include "client/cli/doctor.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "client/cli/render.hpp"

using namespace std::chrono_literals;
using sidewire::client_transport;
using sidewire::error;
using sidewire::error_kind;
using sidewire::json;
using sidewire::cli::as_report;
using sidewire::cli::as_rows;
using sidewire::cli::compact_json;
using sidewire::cli::has_session;
using sidewire::cli::render_line;
using sidewire::cli::transport_finding;
using sidewire::cli::trouble_of;
using findings = std::vector<transport_finding>;

namespace {

transport_finding working(client_transport transport) {
  return {.transport = transport, .first_answer = 12ms, .round_trip = 1500us};
}

transport_finding failing(client_transport transport, std::string message) {
  return {.transport = transport, .failure = error{error_kind::unavailable, std::move(message)}};
}

}  // namespace

TEST_CASE("nothing stands in the way of what works, but a cut connection is told") {
  transport_finding one = working(client_transport::websocket);
  CHECK(trouble_of(one, {one}).empty());
  one.cut_after = 5040ms;
  CHECK(trouble_of(one, {one}).starts_with("cut after 5.0 s without traffic"));
}

TEST_CASE("silence is explained by what works beside it") {
  const auto silent = failing(client_transport::sse, "it opens and then stays silent");
  CHECK(trouble_of(silent, {silent, working(client_transport::poll)})
            .find("holds it back until it ends") != std::string::npos);
  CHECK(trouble_of(silent, {silent}) == "it opens and then stays silent");
  const auto mute = failing(client_transport::websocket, "it opens and then stays silent");
  CHECK(trouble_of(mute, {mute, working(client_transport::post)}).find("forwards nothing") !=
        std::string::npos);
}

TEST_CASE("any other failure says itself what it is") {
  const auto refused = failing(client_transport::poll, "cannot connect to x: Connection refused");
  CHECK(trouble_of(refused, {refused, working(client_transport::post)}) ==
        "cannot connect to x: Connection refused");
}

TEST_CASE("POST alone is no session") {
  CHECK_FALSE(
      has_session({working(client_transport::post), failing(client_transport::websocket, "no")}));
  CHECK(has_session({working(client_transport::poll)}));
}

TEST_CASE("the report is a line of JSON for programs") {
  const findings all{working(client_transport::sse), failing(client_transport::post, "no")};
  CHECK(compact_json(json{render_line(as_report("http://x", all), {})}) ==
        R"({"url":"http://x","session":true,"transports":[{"name":"sse","works":true,)"
        R"("firstAnswerMs":12.0,"roundTripMs":1.5,"cutAfterMs":null,"inTheWay":""},)"
        R"({"name":"post","works":false,"firstAnswerMs":null,"roundTripMs":null,)"
        R"("cutAfterMs":null,"inTheWay":"no"}]})");
}

TEST_CASE("people get a row a transport") {
  const auto rows =
      as_rows({working(client_transport::sse), failing(client_transport::post, "no")});
  REQUIRE(rows.members.size() == 2);
  CHECK(rows.members[0].second.string_at("transport") == "sse");
  CHECK(rows.members[0].second.string_at("works") == "yes");
  CHECK(rows.members[1].second.string_at("in the way") == "no");
}
