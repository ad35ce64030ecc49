#include "load/upload_line.hpp"

#include <array>
#include <stdexcept>

#include "load/answers.hpp"
#include "load/requests.hpp"

namespace sidewire::bench {

void upload_line::post(std::string_view resume_token, std::string_view envelope) {
  ++unanswered_;
  socket_.send_all(
      post_request(wanted_, envelope, concat({"Sidewire-Session: ", resume_token, "\r\n"})));
}

void upload_line::receive(std::span<char> shared) {
  const auto got = socket_.receive_some(shared);
  if (got.ended) throw std::runtime_error{"the server closed the connection of the POSTs"};
  received_.append(shared.data(), got.count);
  std::size_t begin = 0;
  for (;;) {
    const received_answer next =
        cut_response(std::string_view{received_}.substr(begin), status_accepted);
    if (next.consumed_bytes == 0) break;
    if (unanswered_-- == 0) throw std::runtime_error{"an answer to no POST"};
    begin += next.consumed_bytes;
  }
  received_.erase(0, begin);
}

void upload_line::wait_for_answers() {
  std::array<char, 4096> shared;
  while (unanswered_ != 0) receive(shared);
}

}  // namespace sidewire::bench
