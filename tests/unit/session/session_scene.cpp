#include "tests/unit/session/session_scene.hpp"

#include <utility>

#include "base/buffer.hpp"

namespace sidewire::session::test {

namespace {

struct numbered_params {
  int n = 0;
};
BOOST_DESCRIBE_STRUCT(numbered_params, (), (n))

}  // namespace

session_scene::session_scene(std::size_t shard_count) : shard_count_{shard_count} {
  methods.add("count", {.summary = "Notes and answers a number."}, [this](numbered_params p) {
    ran.push_back(p.n);
    return p.n;
  });
  methods.add("wait", {.summary = "Notes a number, and answers it later."},
              [this](numbered_params p) -> awaitable<int> {
                ran.push_back(p.n);
                co_await waits.pass();
                co_return p.n;
              });
  restarts();
}

session_scene::~session_scene() {
  in_one_turn([this] { kept_.reset(); });
  settle();
}

void session_scene::restarts() {
  if (kept_) instance_ += "-later";
  in_one_turn([this] {
    kept_ = std::make_unique<store>(
        served_by().shared(),
        store_place{.instance = instance_, .version = "1.2.3", .shard_count = shard_count_},
        [this] { return "secret " + std::to_string(++secrets_count_); });
  });
  settle();
}

std::shared_ptr<const principal> session_scene::somebody(std::string name,
                                                         std::vector<std::string> scopes) {
  return std::make_shared<const principal>(principal{std::move(name), std::move(scopes)});
}

session& session_scene::opens(scripted_link& with, std::shared_ptr<const principal> who,
                              client_facts facts) {
  session* opened = nullptr;
  in_one_turn([&] {
    opened =
        std::get<session*>(kept().open({}, std::move(facts), who ? std::move(who) : ada, with));
  });
  with.params_of(method::started);
  return *opened;
}

store::outcome session_scene::resumes(const std::string& token,
                                      std::optional<std::uint64_t> received, scripted_link& with,
                                      std::shared_ptr<const principal> who) {
  open_params asked;
  asked.resume_token = token;
  asked.received = received;
  store::outcome outcome;
  in_one_turn([&] { outcome = kept().open(asked, {}, who ? std::move(who) : ada, with); });
  return outcome;
}

session& session_scene::recovers(session& lost, std::uint64_t received, scripted_link& with) {
  const auto outcome = resumes(token_of(lost), received, with, lost.who());
  REQUIRE(std::holds_alternative<session*>(outcome));
  CHECK(std::get<session*>(outcome) == &lost);
  with.hears(method::resumed, R"({"recovered":true,"received":)" + std::to_string(lost.received()) +
                                  R"(,"from":)" + std::to_string(received + 1) + "}");
  return lost;
}

session& session_scene::starts_afresh(const std::string& token, std::uint64_t received,
                                      scripted_link& with, std::string_view reason,
                                      std::shared_ptr<const principal> who) {
  const auto outcome = resumes(token, received, with, std::move(who));
  REQUIRE(std::holds_alternative<session*>(outcome));
  session& fresh = *std::get<session*>(outcome);
  CHECK(token_of(fresh) != token);
  CHECK(fresh.received() == 0);
  CHECK(fresh.sent().last() == 0);
  const std::string told = with.params_of(method::resumed);
  INFO(told);
  CHECK(told.find(R"("recovered":false)") != std::string::npos);
  CHECK(told.find(R"("reason":")" + std::string{reason} + '"') != std::string::npos);
  CHECK(told.find(R"("resumeToken":")" + token_of(fresh) + '"') != std::string::npos);
  return fresh;
}

void session_scene::is_refused(const std::string& token, std::uint64_t received,
                               scripted_link& with, std::uint16_t code,
                               std::shared_ptr<const principal> who) {
  const auto outcome = resumes(token, received, with, std::move(who));
  REQUIRE(std::holds_alternative<store::refusal>(outcome));
  CHECK(std::get<store::refusal>(outcome).code == code);
  with.hears_nothing();
}

std::string session_scene::token_of(const session& of) const {
  return session_name(instance_, 0, of.number()) + '.' + of.secret();
}

void session_scene::says(session& to, std::string_view text) {
  base::buffer padded;
  padded.append(text);
  padded.prepare(0);
  in_one_turn([&] {
    REQUIRE(to.take(to.received() + 1, text.size()));
    served_by().handle(to, padded.view(), format::json);
  });
  settle();
}

void session_scene::calls(session& to, std::string_view method, int n) {
  const std::string number = std::to_string(n);
  says(to, R"({"jsonrpc":"2.0","id":)" + number + R"(,"method":")" + std::string{method} +
               R"(","params":{"n":)" + number + "}}");
}

std::string session_scene::answer_to(int n) {
  const std::string number = std::to_string(n);
  return R"({"jsonrpc":"2.0","id":)" + number + R"(,"result":)" + number + "}";
}

void session_scene::tells(session& to, std::string_view text) {
  in_one_turn([&] {
    to.begin_message(format::json).append(text);
    to.end_message();
  });
}

}  // namespace sidewire::session::test
