#include "negotiate/exchange.hpp"

#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>

#include "base/buffer.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "codec/writer.hpp"
#include "session/messages.hpp"

namespace sidewire::negotiate {

namespace {

struct failure {
  std::string transport;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(failure, (), (transport, reason))

struct offer_text {
  std::optional<std::vector<std::string>> transports;
  std::optional<std::vector<std::string>> formats;
  std::optional<std::vector<std::string>> compression;
  std::optional<session::client_identity> client;
  std::optional<std::vector<failure>> failed;
};
BOOST_DESCRIBE_STRUCT(offer_text, (), (transports, formats, compression, client, failed))

struct transport_answer {
  std::string name;
  std::string path;
  std::vector<std::string> formats;
  std::optional<std::vector<std::string>> compression;
};
BOOST_DESCRIBE_STRUCT(transport_answer, (), (name, path, formats, compression))

struct answer_text {
  std::string protocol = "sidewire/1";
  std::string instance;
  std::optional<std::string> transport;
  std::vector<transport_answer> transports;
  std::uint64_t binary_threshold = 0;
  std::uint64_t heartbeat_ms = 0;
  std::uint64_t resume_window_ms = 0;
  session::session_limits limits;
};
BOOST_DESCRIBE_STRUCT(answer_text, (),
                      (protocol, instance, transport, transports, binary_threshold, heartbeat_ms,
                       resume_window_ms, limits))

std::uint64_t milliseconds(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace

result<offer> read_offer(std::string_view text) {
  offer read;
  if (text.empty()) return read;
  offer_text said;
  const auto fits = codec::decode(json_view{text, format::json}, describe<offer_text>(), &said);
  if (!fits) return fits.error();
  if (said.transports) {
    read.transports.emplace();
    for (const auto& name : *said.transports) {
      if (const auto known = transport_named(name)) read.transports->insert(*known);
    }
  }
  if (said.formats) {
    read.formats.emplace();
    for (const auto& name : *said.formats) {
      if (name == "msgpack") read.formats->push_back(session::wire_format::msgpack);
    }
  }
  read.compression = std::move(said.compression);
  for (const auto& failed : said.failed.value_or(std::vector<failure>{})) {
    if (const auto known = transport_named(failed.transport)) read.failed.insert(*known);
  }
  return read;
}

std::string write_answer(const std::vector<choice>& ranked, std::string_view instance,
                         const base::limits& bounds) {
  answer_text told;
  told.instance = instance;
  if (!ranked.empty()) told.transport = name_of(ranked.front().name);
  for (const choice& one : ranked) {
    transport_answer& said = told.transports.emplace_back();
    said.name = name_of(one.name);
    said.path = "/rpc";
    said.formats = {"json"};
    if (one.has_msgpack) said.formats.emplace_back("msgpack");
    if (!one.compression.empty()) said.compression = {std::string{one.compression}};
  }
  told.binary_threshold = bounds.binary_threshold_bytes;
  told.heartbeat_ms = milliseconds(bounds.heartbeat);
  told.resume_window_ms = milliseconds(bounds.resume_window);
  told.limits = {.max_message_bytes = bounds.max_message_bytes, .max_batch = bounds.max_batch};
  base::buffer out;
  codec::encode(out, format::json, describe<answer_text>(), &told);
  return std::string{out.view()};
}

}  // namespace sidewire::negotiate
