// Whatever arrives where HTTP is spoken, and however it is cut: the same requests are found and the
// same answers given; no request runs that a second reader does not find too; what follows a
// refused one is never run; an upgrade is left to WebSocket, whose codec has a target of its own.
//
// Input: a byte that says whether a token is asked for (128) and how many piece sizes follow, those
// sizes, the stream.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/http_server.hpp"
#include "tests/fuzz/reference_requests.hpp"
#include "tests/fuzz/require.hpp"
#include "transports/http/content_coding.hpp"
#include "transports/http/request_parser.hpp"

namespace {

using namespace sidewire;
using fuzz::piece_sizes;
using fuzz::require;

constexpr std::string_view one_byte{"\0", 1};

/// What the server's own parser makes of a stream.
struct parsed_stream {
  std::vector<fuzz::reference_request> requests;
  unsigned refused = 0;  ///< the status, if it came to that

  friend bool operator==(const parsed_stream&, const parsed_stream&) = default;
};

std::string target_of(const http::request_head& head) {
  return head.path + (head.query.empty() ? "" : "?" + head.query);
}

parsed_stream parse(std::string_view stream, piece_sizes pieces, const base::limits& limits) {
  using progress = http::request_parser::progress;
  parsed_stream made;
  std::optional<http::request_parser> parser;
  base::buffer kept;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, pieces.next());
    stream.remove_prefix(piece.size());
    kept.append(piece);
    while (!kept.empty()) {
      if (!parser) parser.emplace(limits.max_header_bytes, limits.max_message_bytes);
      std::size_t consumed = 0;
      const progress found = parser->feed(kept.bytes(), consumed);
      require(consumed <= kept.size(), "no more is consumed than there is");
      kept.consume(consumed);
      if (found == progress::failed) {
        made.refused = parser->failure().status;
        return made;
      }
      if (found == progress::need_more) {
        if (consumed == 0) break;
        continue;
      }
      if (found == progress::head) {
        const auto& head = parser->head();
        require(head.path.size() + head.query.size() < limits.max_header_bytes,
                "a head is bounded");
        made.requests.push_back({.method = head.method, .target = target_of(head)});
        if (head.body_too_large) {
          made.refused = 413;
          return made;
        }
        if (head.has_body) continue;
      }
      require(parser->body().size() <= limits.max_message_bytes, "a body is bounded");
      made.requests.back().body = parser->body();
      made.requests.back().complete = true;
      parser.reset();
    }
  }
  return made;
}

/// A target is taken apart and put together without a question mark that nothing follows.
std::string normal_target(std::string target) {
  if (target.find('?') == target.size() - 1) target.pop_back();
  return target;
}

/// What one reader takes for a request, a second one takes for the same.
void check_against_reference(const parsed_stream& found,
                             const std::vector<fuzz::reference_request>& expected) {
  for (std::size_t index = 0; index < found.requests.size(); ++index) {
    const auto& request = found.requests[index];
    require(index < expected.size(), "no request but those that another reader finds");
    require(request.method == expected[index].method &&
                request.target == normal_target(expected[index].target),
            "a request's line says the same to both");
    if (!request.complete) continue;
    require(expected[index].complete && request.body == expected[index].body,
            "a body has the same bytes for both");
  }
}

struct answer {
  unsigned status = 0;
  std::string head;  ///< without its date
  std::string body;

  friend bool operator==(const answer&, const answer&) = default;
};

bool is_upgrade(const std::vector<answer>& all) {
  return !all.empty() && all.back().status == 101;
}
bool closes(const answer& one) {
  return one.head.find("\r\nConnection: close\r\n") != std::string::npos;
}

std::string without_date(std::string_view head) {
  constexpr std::string_view name = "\r\nDate: ";
  std::string made{head};
  const std::size_t begin = made.find(name);
  require(begin != std::string::npos, "an answer has a date");
  made.erase(begin, made.find("\r\n", begin + 2) - begin);
  return made;
}

std::size_t length_in(const std::string& head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t begin = head.find(name);
  require(begin != std::string::npos, "an answer with a body has a length");
  std::size_t length = 0;
  std::from_chars(head.data() + begin + name.size(), head.data() + head.size(), length);
  return length;
}

/// The answers that the peer has received, up to a change of protocol. `100 Continue` is none.
std::vector<answer> answers_in(std::string_view received, const parsed_stream& found) {
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  std::vector<answer> all;
  while (!received.empty() && !is_upgrade(all)) {
    if (received.starts_with(go_on)) {
      received.remove_prefix(go_on.size());
      continue;
    }
    const std::size_t end = received.find("\r\n\r\n");
    require(received.starts_with("HTTP/1.1 ") && end != std::string_view::npos,
            "what is sent are answers");
    answer next;
    std::from_chars(received.data() + 9, received.data() + 12, next.status);
    next.head = without_date(received.substr(0, end + 4));
    received.remove_prefix(end + 4);
    const bool asks_head =
        all.size() < found.requests.size() && found.requests[all.size()].method == "HEAD";
    if (next.status != 101 && next.status != 204 && !asks_head) {
      const std::size_t length = length_in(next.head);
      require(length <= received.size(), "an answer is complete");
      next.body = received.substr(0, length);
      received.remove_prefix(length);
    }
    all.push_back(std::move(next));
  }
  return all;
}

/// One answer a request, and none after the one that ends the connection.
void check_answers(const std::vector<answer>& all, const parsed_stream& found) {
  for (std::size_t index = 0; index + 1 < all.size(); ++index) {
    require(!closes(all[index]), "nothing is answered after the end was told");
  }
  if (is_upgrade(all) || (!all.empty() && closes(all.back()))) {
    require(all.size() <= found.requests.size() + 1, "no more answers than requests");
    return;
  }
  const auto complete =
      static_cast<std::size_t>(std::count_if(found.requests.begin(), found.requests.end(),
                                             [](const auto& request) { return request.complete; }));
  require(found.refused == 0 && all.size() == complete, "every request is answered");
}

/// Whether a body has these params, as it is or in gzip.
bool holds(std::string body, const std::string& params) {
  if (body.find(params) != std::string::npos) return true;
  const bool is_gzip = !http::decode_gzip(body, fuzz::small_limits().max_message_bytes);
  return is_gzip && body.find(params) != std::string::npos;
}

/// Only what stands in the body of a request has run.
void check_seen(const std::vector<std::string>& seen,
                const std::vector<fuzz::reference_request>& requests) {
  for (const std::string& params : seen) {
    const bool asked = std::any_of(requests.begin(), requests.end(), [&](const auto& request) {
      return request.complete && holds(request.body, params);
    });
    require(asked || params == "null", "a call stands in the body of a request");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto who = (data[0] & 128) != 0 ? fuzz::entry::token_asked : fuzz::entry::everybody;
  std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::string_view sizes = stream.substr(0, data[0] % 16);
  stream.remove_prefix(sizes.size());

  const auto requests = fuzz::reference_reader{stream}.read_all();
  const base::limits limits = fuzz::small_limits();
  const parsed_stream whole = parse(stream, piece_sizes{{}}, limits);
  require(parse(stream, piece_sizes{one_byte}, limits) == whole, "single bytes say the same");
  require(parse(stream, piece_sizes{sizes}, limits) == whole, "pieces say the same");
  check_against_reference(whole, requests);

  std::optional<std::vector<answer>> first;
  for (const auto& [arriving, taken] : {std::pair{std::string_view{}, std::string_view{}},
                                        {one_byte, std::string_view{}},
                                        {sizes, sizes}}) {
    fuzz::http_server server{who};
    const std::string received = server.talk(stream, piece_sizes{arriving}, piece_sizes{taken});
    auto answers = answers_in(received, whole);
    check_answers(answers, whole);
    if (!is_upgrade(answers)) check_seen(server.seen(), requests);
    require(who == fuzz::entry::everybody || server.seen().empty() ||
                stream.find(fuzz::good_token) != std::string_view::npos,
            "nothing runs without the token");
    if (!first)
      first = std::move(answers);
    else
      require(answers == *first, "pieces are answered the same");
  }
  return 0;
}
