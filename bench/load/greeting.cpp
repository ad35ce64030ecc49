#include "load/greeting.hpp"

#include <charconv>
#include <stdexcept>

#include "load/answers.hpp"
#include "load/requests.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;

std::string meet(greeting& with, const options& wanted) {
  with.upgrade(wanted);
  switch (wanted.dialect) {
    case dialect::plain:
      return {};
    case dialect::session:
      with.say(session_open());
      return member_of(with.hear("session.started"), "resumeToken");
    case dialect::socket_io:
      with.hear(R"(0{"sid":)");
      with.say("40");
      with.hear(R"(40{"sid":)");
      return {};
  }
  throw std::logic_error{"no such dialect"};
}

}  // namespace

void greeting::upgrade(const options& wanted) {
  const std::string request = opening(wanted);
  if (request.empty()) return;
  socket_.send_all(request);
  std::size_t header_bytes = 0;
  while (header_bytes == 0) {
    receive();
    header_bytes = cut_upgrade(unheard_);
  }
  unheard_.erase(0, header_bytes);
}

void greeting::say(std::string_view text) {
  socket_.send_all(text_frame(text));
}

std::string greeting::hear(std::string_view expected) {
  for (;;) {
    const received_answer next = cut_answer(transport::websocket_text, unheard_, 0);
    if (next.consumed_bytes == 0) {
      receive();
      continue;
    }
    std::string message{next.payload};
    unheard_.erase(0, next.consumed_bytes);
    if (message.find(expected) != std::string::npos) return message;
    throw std::runtime_error{"not " + std::string{expected} + ": " + message};
  }
}

void greeting::end() const {
  if (!unheard_.empty()) throw std::runtime_error{"a message that nothing asked for"};
}

void greeting::receive() {
  const std::size_t before = unheard_.size();
  unheard_.resize(before + read_bytes);
  const auto got = socket_.receive_some({unheard_.data() + before, read_bytes});
  if (got.count == 0) throw std::runtime_error{"closed while it was greeted"};
  unheard_.resize(before + got.count);
}

std::string session_open(std::string_view resume_token) {
  std::string text = R"({"jsonrpc":"2.0","method":"session.open","params":{)";
  if (!resume_token.empty()) {
    text += concat({R"("resumeToken":")", resume_token, R"(","received":0)"});
  }
  return text + "}}";
}

std::string session_ack(std::uint64_t received) {
  return concat({R"({"jsonrpc":"2.0","method":"session.ack","params":{"received":)",
                 std::to_string(received), "}}"});
}

bool is_session_message(std::string_view payload) {
  return payload.starts_with(R"({"jsonrpc":"2.0","method":"session.)");
}

std::string member_of(std::string_view message, std::string_view name) {
  const std::string quoted = '"' + std::string{name} + "\":\"";
  const std::size_t at = message.find(quoted);
  if (at == std::string_view::npos) {
    throw std::runtime_error{"no " + std::string{name} + ": " + std::string{message}};
  }
  const std::string_view value = message.substr(at + quoted.size());
  return std::string{value.substr(0, value.find('"'))};
}

std::uint64_t number_of(std::string_view message, std::string_view name) {
  const std::string quoted = '"' + std::string{name} + "\":";
  const std::size_t at = message.find(quoted);
  std::uint64_t value = 0;
  if (at != std::string_view::npos) {
    const std::string_view digits = message.substr(at + quoted.size());
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec == std::errc{}) return value;
  }
  throw std::runtime_error{"no " + std::string{name} + ": " + std::string{message}};
}

std::string first_request(const options& wanted) {
  if (wanted.topic.empty()) return call_message(wanted);
  if (wanted.dialect == dialect::socket_io) {
    return concat({R"(420["subscribe",")", wanted.topic, R"("])"});
  }
  return concat({R"({"jsonrpc":"2.0","id":1,"method":"topic.subscribe","params":{"topic":")",
                 wanted.topic, R"("}})"});
}

std::string first_result(const options& wanted) {
  if (wanted.topic.empty()) return expected_result(wanted);
  return wanted.dialect == dialect::socket_io ? "430[" : R"("result":)";
}

std::string greet(socket& with, const options& wanted) {
  greeting said{with};
  std::string resume_token = meet(said, wanted);
  said.end();
  return resume_token;
}

void greet_and_ask(socket& with, const options& wanted) {
  greeting said{with};
  meet(said, wanted);
  said.say(first_request(wanted));
  said.hear(first_result(wanted));
  said.end();
}

}  // namespace sidewire::bench
