#include "client/cli/destination.hpp"

#include <boost/describe/class.hpp>
#include <sidewire/description.hpp>
#include <utility>

#include "codec/decode.hpp"

namespace sidewire::cli {

namespace {

/// What a client needs of an announce file (protocol, section 12).
struct announcement {
  std::optional<std::string> url;
  std::optional<std::string> unix;
  std::optional<std::string> token;
  std::optional<std::string> fingerprint;
};
BOOST_DESCRIBE_STRUCT(announcement, (), (url, unix, token, fingerprint))

/// Where a server listens that was told nothing else.
constexpr const char* default_url = "http://127.0.0.1:8765";

/// For a call that waits; what may be had later is not worth more of anybody's time.
constexpr std::chrono::milliseconds reconnect_timeout{30'000};

error no_destination(std::string message) {
  return error{error_kind::invalid_params, std::move(message)};
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

result<announcement> read_announcement(const std::string& path, const file_reader& read_file) {
  const auto text = read_file(path);
  if (!text) {
    return no_destination(text.error().message() + "; is the server running with --announce " +
                          path + '?');
  }
  announcement read;
  const std::string line = without_line_end(*text);
  if (!codec::decode(json_view{line, format::json}, describe<announcement>(), &read) ||
      (!read.url && !read.unix)) {
    return no_destination(
        path +
        " is no announce file: `sidewire --announce FILE` writes one, with a name that "
        "does not end in .js");
  }
  return read;
}

}  // namespace

result<client_options> find_destination(const arguments& given, const variable_reader& variable,
                                        const file_reader& read_file) {
  announcement announced;
  if (!given.announce_file.empty()) {
    auto read = read_announcement(given.announce_file, read_file);
    if (!read) return std::move(read).error();
    announced = std::move(*read);
  } else {
    announced.url = variable("SIDEWIRE_URL");
  }
  if (!announced.token) announced.token = variable("SIDEWIRE_TOKEN");
  if (!announced.url && announced.unix) announced.url = "unix:" + *announced.unix;

  client_options options;
  options.url = given.url.empty() ? announced.url.value_or(default_url) : given.url;
  options.token = announced.token.value_or("");
  if (!given.token_file.empty()) {
    auto token = read_file(given.token_file);
    if (!token) return std::move(token).error();
    options.token = without_line_end(std::move(*token));
  }
  options.tls = given.tls;
  if (options.tls.fingerprint.empty() && options.tls.ca_file.empty()) {
    options.tls.fingerprint = announced.fingerprint.value_or("");
  }
  options.transport = given.transport;
  options.written_as = given.written_as;
  options.name = "sidewire-cli";
  options.limits.reconnect_timeout = reconnect_timeout;
  if (given.timeout)
    options.call_timeout = given.timeout->count() == 0 ? no_timeout : *given.timeout;
  return options;
}

}  // namespace sidewire::cli
