#include "client/cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <string_view>

#include "base/version.hpp"
#include "client/cli/exit_code.hpp"

namespace sidewire::cli {

namespace {

constexpr std::size_t max_ping_count = 1'000'000;
constexpr double max_timeout_seconds = 1e9;

constexpr const char* footer =
    R"(The server is where --url, --announce or SIDEWIRE_URL says (else on port 8765 here), the
token in --token-file, in the announce file or in SIDEWIRE_TOKEN; a command line never
holds one, since every user of the machine can read it.

PARAMS are JSON ('{"a": 1}' or '[1, 2]'), @FILE, - for standard input, or NAME=VALUE
pairs: a value that is a number, true, false, null or JSON is that, any other is text.
NAME==VALUE is always text, NAME=@FILE comes from a file.

Exit status: 0 answered; 1 answered with an error; 2 wrong usage or params; 3 no
connection; 4 token missing, wrong or not enough; 5 timed out; 6 the connection ended
after the call was sent, which may have run; 130 interrupted, the call was cancelled.

Examples:
  sidewire-cli --announce /tmp/app.json discover
  sidewire-cli call logs.tail service=dpkg lines=20
  sidewire-cli call logs.follow service=dpkg --stream
  sidewire-cli subscribe logs/app --since first
  sidewire-cli doctor https://app.example.com
  echo '{"a": [1, 2]}' | sidewire-cli call system.echo - --transport post)";

void add_connection(CLI::App& app, arguments& into, std::optional<double>& timeout_seconds) {
  const std::string group = "Connection";
  app.add_option("-u,--url", into.url, "http, https, ws or wss URL, or unix:PATH")->group(group);
  app.add_option("-a,--announce", into.announce_file,
                 "Take URL, token and fingerprint from the file that `sidewire --announce` writes")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--token-file", into.token_file, "Take the token from a file; - is standard input")
      ->type_name("FILE")
      ->group(group);
  const std::map<std::string, client_transport> transports{
      {"auto", client_transport::automatic}, {"websocket", client_transport::websocket},
      {"sse", client_transport::sse},        {"poll", client_transport::poll},
      {"plain", client_transport::plain},    {"post", client_transport::post}};
  app.add_option("-t,--transport", into.transport,
                 "auto (default: the best that works), websocket, sse, poll, plain (a WebSocket "
                 "without a session) or post")
      ->transform(CLI::CheckedTransformer(transports, CLI::ignore_case).description(""))
      ->type_name("NAME")
      ->group(group);
  const std::map<std::string, format> formats{{"json", format::json}, {"msgpack", format::msgpack}};
  app.add_option("-f,--format", into.written_as, "Format on the wire: json (default) or msgpack")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""))
      ->type_name("NAME")
      ->group(group);
  app.add_option("--timeout", timeout_seconds,
                 "For the answer; 0 for none (default 30, none with --stream)")
      ->check(CLI::Range(0.0, max_timeout_seconds).description(""))
      ->type_name("SECONDS")
      ->group(group);
  app.add_option("--ca-file", into.tls.ca_file, "Trust these certificate authorities (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--fingerprint", into.tls.fingerprint,
                 "Trust the certificate with this SHA-256 alone")
      ->type_name("HEX")
      ->group(group);
}

void add_output(CLI::App& app, arguments& into) {
  const std::map<std::string, output_style> styles{{"auto", output_style::automatic},
                                                   {"table", output_style::readable},
                                                   {"pretty", output_style::pretty},
                                                   {"json", output_style::json},
                                                   {"raw", output_style::raw}};
  app.add_option("-o,--output", into.output,
                 "table (default on a terminal), pretty, json (default otherwise) or raw")
      ->transform(CLI::CheckedTransformer(styles, CLI::ignore_case).description(""))
      ->type_name("STYLE")
      ->group("Output");
  app.add_flag_callback(
         "--raw", [&into] { into.output = output_style::raw; },
         "Strings and bytes as they are; the same as --output raw")
      ->group("Output");
}

/// "first", "new" or EPOCH:OFFSET.
std::optional<std::variant<topic_start, topic_position>> read_since(const std::string& text) {
  if (text == "new") return topic_start::newest;
  if (text == "first") return topic_start::first;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return {};
  topic_position at{.epoch = text.substr(0, colon)};
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  const auto [last, problem] = std::from_chars(begin, end, at.offset);
  if (problem != std::errc{} || last != end) return {};
  return at;
}

void add_subscribe(CLI::App& app, arguments& into) {
  CLI::App* subscribe =
      app.add_subcommand("subscribe", "Print what a topic publishes, line by line");
  subscribe->add_option("TOPIC", into.topic, "Such as logs/app; * and ** stand for any levels")
      ->required();
  subscribe
      ->add_option_function<std::string>(
          "--since",
          [&into](const std::string& text) {
            const auto since = read_since(text);
            if (!since) throw CLI::ValidationError{"--since", "first, new or EPOCH:OFFSET"};
            into.subscribing.since = *since;
          },
          "new (default), first for all that is kept, or EPOCH:OFFSET of the last line seen")
      ->type_name("WHERE");
  const std::map<std::string, slow_subscription> policies{
      {"dropOldest", slow_subscription::drop_oldest},
      {"latest", slow_subscription::latest},
      {"disconnect", slow_subscription::disconnect}};
  subscribe
      ->add_option("--policy", into.subscribing.policy,
                   "When this reads too slowly: dropOldest, latest or disconnect")
      ->transform(CLI::CheckedTransformer(policies, CLI::ignore_case).description(""))
      ->type_name("NAME");
  subscribe->add_option("--buffer", into.subscribing.buffer, "Publications kept meanwhile")
      ->type_name("N");
  subscribe->add_flag_callback(
      "--delta", [&into] { into.subscribing.delta = topic_delta::patches; },
      "Let the server send changes alone; what is printed is whole");
  subscribe->callback([&into] { into.what = command::subscribe; });
}

void add_replay(CLI::App& app, arguments& into) {
  CLI::App* replay = app.add_subcommand(
      "replay", "Make the calls again that a server has recorded (--record), and compare");
  replay->add_option("FILE", into.recording, "The recording; - is standard input")->required();
  replay->add_flag_callback(
      "--fast", [&into] { into.pace = replay_pace::fast; },
      "One call after the other, instead of when they were made");
  replay->callback([&into] { into.what = command::replay; });
}

void add_doctor(CLI::App& app, arguments& into, std::optional<double>& hold_seconds) {
  CLI::App* doctor = app.add_subcommand(
      "doctor", "Try every transport from here and tell what stands in the way of each");
  doctor->add_option("URL", into.url, "Instead of --url");
  doctor
      ->add_option("--hold", hold_seconds,
                   "Watch each connection for so long, to see whether it is cut (default 6)")
      ->check(CLI::Range(0.0, max_timeout_seconds).description(""))
      ->type_name("SECONDS");
  doctor->add_flag_callback(
      "--json", [&into] { into.output = output_style::json; }, "The same as --output json");
  doctor->callback([&into] { into.what = command::doctor; });
}

void add_commands(CLI::App& app, arguments& into, std::optional<double>& hold_seconds) {
  CLI::App* call = app.add_subcommand("call", "Call a method and print its result");
  call->add_option("METHOD", into.method, "Such as system.echo")->required();
  call->add_option("PARAMS", into.params, "See below")->type_name(" ");
  call->add_flag("--notify", into.as_notification, "Send a notification: nothing is answered");
  call->add_flag("--stream", into.show_progress, "Print progress items as they come");
  call->callback([&into] { into.what = command::call; });

  CLI::App* discover = app.add_subcommand("discover", "List the methods, or explain one");
  discover->add_option("METHOD", into.method, "Explain this method");
  discover->callback([&into] { into.what = command::discover; });

  add_subscribe(app, into);
  add_doctor(app, into, hold_seconds);
  add_replay(app, into);

  CLI::App* ping = app.add_subcommand("ping", "Measure the round trip of small calls");
  ping->add_option("-n,--count", into.ping_count, "How many (default 10)")
      ->check(CLI::Range(std::size_t{1}, max_ping_count).description(""))
      ->type_name("N");
  ping->callback([&into] { into.what = command::ping; });
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds{std::llround(std::ceil(seconds * 1000))};
}

/// CLI11 would take "[1,2]" apart into two arguments, but not " [1,2]".
std::vector<std::string> with_guarded_brackets(int count, const char* const* values) {
  std::vector<std::string> guarded;
  for (int at = count - 1; at > 0; --at) {  // CLI11 wants them last first
    const std::string_view value = values[at];
    guarded.push_back((value.starts_with('[') ? " " : "") + std::string{value});
  }
  return guarded;
}

}  // namespace

std::variant<arguments, usage_answer> parse_arguments(int count, const char* const* values) {
  arguments parsed;
  std::optional<double> timeout_seconds;
  std::optional<double> hold_seconds;
  CLI::App app{"Calls a sidewire server, or any JSON-RPC 2.0 server, from the command line.",
               "sidewire-cli"};
  app.footer(footer);
  app.set_version_flag("--version", "sidewire-cli " + std::string{base::version});
  app.require_subcommand(1);
  app.fallthrough();
  add_connection(app, parsed, timeout_seconds);
  add_output(app, parsed);
  add_commands(app, parsed, hold_seconds);
  try {
    app.parse(with_guarded_brackets(count, values));
  } catch (const CLI::ParseError& stopped) {
    std::ostringstream out, err;
    const bool is_wrong = app.exit(stopped, out, err) != 0;
    return usage_answer{is_wrong ? static_cast<int>(exit_code::usage) : 0, out.str() + err.str()};
  }
  for (std::string& param : parsed.params) {
    if (param.starts_with(" [")) param.erase(0, 1);
  }
  if (timeout_seconds) parsed.timeout = milliseconds_of(*timeout_seconds);
  if (hold_seconds) parsed.hold = milliseconds_of(*hold_seconds);
  if (parsed.what == command::subscribe && parsed.transport == client_transport::post) {
    return usage_answer{static_cast<int>(exit_code::usage),
                        "over post a server cannot publish: leave --transport post out\n"};
  }
  if (parsed.as_notification && parsed.show_progress) {
    return usage_answer{static_cast<int>(exit_code::usage),
                        "--notify has no answer, so no --stream either\n"};
  }
  return parsed;
}

}  // namespace sidewire::cli
