#include "tests/unit/session/model_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/buffer.hpp"

namespace sidewire::session::test {

void model_connection::cut_after(std::size_t count) {
  cut_ = true;
  to_server.resize(std::min(count, to_server.size()));
  to_client.clear();
}

void model_connection::server_reads() {
  if (to_server.empty()) {
    if (!cut_ || noticed_) return;
    noticed_ = true;
    if (session* const left = std::exchange(session_, nullptr)) server_.kept().detach(*left);
    return;
  }
  const frame read = std::move(to_server.front());
  to_server.pop_front();
  if (!closed_) take(read);
}

void model_connection::take(const frame& read) {
  if (read.what == frame::kind::open) return open(read);
  REQUIRE(session_ != nullptr);
  if (read.what == frame::kind::ack) {
    REQUIRE(session_->acknowledge(read.received));
    return;
  }
  if (!session_->take(next_number_++, read.text.size())) return;
  base::buffer padded;
  padded.append(read.text);
  padded.prepare(0);
  server_.served_by().handle(*session_, padded.view(), format::json);
}

void model_connection::open(const frame& asked) {
  open_params params;
  if (!asked.text.empty()) {
    params.resume_token = asked.text;
    params.received = asked.received;
  }
  client_facts facts;
  facts.takes_requests = true;
  const auto opened = server_.kept().open(params, std::move(facts), server_.ada, *this);
  if (const auto* refused = std::get_if<store::refusal>(&opened)) {
    return close(refused->code, refused->reason);
  }
  session_ = std::get<session*>(opened);
  next_number_ = session_->received() + 1;
}

void model_connection::send(std::uint64_t number, format, std::string_view text) {
  if (cut_) return;
  to_client.push_back({.text = std::string{text}, .number = number});
}

void model_connection::send_control(std::string_view method, const type_description*,
                                    const void* params) {
  if (cut_) return;
  if (method == method::started) {
    const auto& told = *static_cast<const started_params*>(params);
    to_client.push_back({.what = frame::kind::started, .text = told.resume_token, .number = 1});
  } else if (method == method::ack) {
    const auto& told = *static_cast<const ack_params*>(params);
    to_client.push_back({.what = frame::kind::ack, .received = told.received});
  } else {
    REQUIRE(method == method::resumed);
    const auto& told = *static_cast<const recovered_params*>(params);
    REQUIRE(told.recovered);
    to_client.push_back(
        {.what = frame::kind::resumed, .received = told.received, .number = told.from});
  }
}

void model_connection::close(std::uint16_t code, std::string_view) {
  closed_ = true;
  session_ = nullptr;
  if (!cut_) to_client.push_back({.what = frame::kind::closed, .number = code});
}

}  // namespace sidewire::session::test
