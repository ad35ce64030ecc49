#include "tests/unit/session/model_client.hpp"

#include <charconv>
#include <utility>

namespace sidewire::session::test {

namespace {

/// The number behind a member's name.
int number_of(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  REQUIRE(at != std::string_view::npos);
  int number = 0;
  std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
  return number;
}

}  // namespace

void model_client::asks() {
  connections_.push_back(std::make_unique<model_connection>(server_));
  may_send_ = false;
  current().to_server.push_back({.what = frame::kind::open, .text = token_, .received = received_});
}

void model_client::calls(std::string_view method) {
  const std::string number = std::to_string(++called_count_);
  unanswered_.insert(called_count_);
  sends(R"({"jsonrpc":"2.0","id":)" + number + R"(,"method":")" + std::string{method} +
        R"(","params":{"n":)" + number + "}}");
}

void model_client::sends(std::string text) {
  sent_.push_back(text);
  if (may_send_) current().to_server.push_back({.text = std::move(text)});
}

void model_client::acknowledges() {
  if (!may_send_) return;
  current().to_server.push_back({.what = frame::kind::ack, .received = received_});
}

void model_client::reads(model_connection& from) {
  if (from.to_client.empty()) return;
  const frame read = std::move(from.to_client.front());
  from.to_client.pop_front();
  if (&from != &current()) return;
  switch (read.what) {
    case frame::kind::started:
      REQUIRE(token_.empty());
      token_ = read.text;
      return begins(0);
    case frame::kind::resumed:
      REQUIRE(read.number == received_ + 1);
      return begins(read.received);
    case frame::kind::ack:
      return forgets_up_to(read.received);
    case frame::kind::closed:
      REQUIRE(read.number == protocol::close_code::replaced);
      return asks();
    case frame::kind::message:
      return takes(read);
    case frame::kind::open:
      FAIL("a server opens nothing");
  }
}

void model_client::begins(std::uint64_t server_has) {
  forgets_up_to(server_has);
  may_send_ = true;
  for (const std::string& text : sent_) current().to_server.push_back({.text = text});
}

void model_client::takes(const frame& message) {
  REQUIRE(message.number == ++received_);
  const std::string& text = message.text;
  if (text.find(R"("result":)") != std::string::npos) {
    REQUIRE(unanswered_.erase(number_of(text, R"("id":)")) == 1);
    REQUIRE(number_of(text, R"("id":)") == number_of(text, R"("result":)"));
  } else if (text.find(R"("tick")") != std::string::npos) {
    REQUIRE(number_of(text, R"("n":)") == ++told_count_);
  } else {
    REQUIRE(text.find(R"("ask")") != std::string::npos);
    ++asked_count_;
    const std::string id = std::to_string(number_of(text, R"("id":)"));
    sends(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + id + "}");
  }
}

void model_client::forgets_up_to(std::uint64_t number) {
  REQUIRE(number < sent_first_ + sent_.size());
  for (; sent_first_ <= number; ++sent_first_) sent_.pop_front();
}

void model_client::tidies() {
  const model_connection* const heard = &current();
  std::erase_if(connections_,
                [heard](const auto& one) { return one.get() != heard && one->is_over(); });
}

}  // namespace sidewire::session::test
