#include "transports/http/console_exchange.hpp"

#include "transports/http/response_encoder.hpp"

namespace sidewire::http {

namespace {

/// The page runs its own scripts alone, talks to this server alone, and is in nobody's frame.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The name of an asset changes with what it holds.
constexpr std::string_view kept_for_good = "public, max-age=31536000, immutable";

}  // namespace

void console_exchange::begin(std::string&) {
  const std::string& asked_path = to_.request().path;
  const bool is_page = file_.path == "/";
  if (is_page && !asked_path.ends_with('/')) {
    // Below a path of its own the page finds its files only from within it.
    const std::string inside = asked_path.substr(asked_path.rfind('/') + 1) + '/';
    return to_.respond({.status = 308, .headers = {{"Location", inside}}});
  }
  const bool is_known = has_answer(to_.request().if_none_match, file_.etag);
  response answer{.status = is_known ? 304U : 200U,
                  .type = file_.type,
                  .body = is_known ? std::string_view{} : file_.bytes,
                  .cache_control = is_page ? "no-cache" : kept_for_good,
                  .headers = {{"ETag", file_.etag}}};
  if (is_page) {
    answer.headers.push_back({"Content-Security-Policy", content_policy});
    answer.headers.push_back({"Referrer-Policy", "no-referrer"});
  }
  to_.respond(answer);
}

}  // namespace sidewire::http
