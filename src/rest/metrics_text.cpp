#include "rest/metrics_text.hpp"

#include <charconv>

namespace sidewire::rest {

namespace {

using rpc::method_counts;
constexpr std::size_t error_kind_count = static_cast<std::size_t>(error_kind::application) + 1;

/// A label's value: backslash, quote and line feed are escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    if (character == '\\' || character == '"') out += '\\';
    if (character == '\n') {
      out += "\\n";
    } else {
      out += character;
    }
  }
  return out;
}

std::string label(std::string_view name, std::string_view value) {
  return std::string{name} + "=\"" + escaped(value) + "\"";
}

std::string seconds(std::chrono::nanoseconds duration) {
  std::array<char, 32> text;
  const double value = std::chrono::duration<double>{duration}.count();
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

class text_writer {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + " " + std::string{help} + "\n";
    text_ += "# TYPE " + name_ + " " + std::string{type} + "\n";
  }
  /// One sample of what was begun.
  void sample(std::string_view value, std::string_view labels = {}, std::string_view suffix = {}) {
    text_ += name_;
    text_ += suffix;
    if (!labels.empty()) (text_ += '{') += std::string{labels} + "}";
    text_ += ' ';
    text_ += value;
    text_ += '\n';
  }
  void sample(std::uint64_t value, std::string_view labels = {}, std::string_view suffix = {}) {
    sample(std::to_string(value), labels, suffix);
  }
  void single(std::string_view name, std::string_view type, std::string_view help,
              std::uint64_t value) {
    begin(name, type, help);
    sample(value);
  }

  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

/// One method's calls on all shards.
class call_sum {
 public:
  call_sum(std::span<const rpc::call_counts* const> shards, std::size_t method) {
    for (const rpc::call_counts* const shard : shards) of_.push_back(&shard->of(method));
  }
  std::uint64_t ended(rpc::call_ending how) const {
    return sum([&](const method_counts& one) { return one.ended(how); });
  }
  std::uint64_t took(std::size_t index) const {
    return sum([&](const method_counts& one) { return one.took(index); });
  }
  std::chrono::nanoseconds total() const {
    return std::chrono::nanoseconds{sum(
        [](const method_counts& one) { return static_cast<std::uint64_t>(one.total().count()); })};
  }

 private:
  template <class Part>
  std::uint64_t sum(Part part) const {
    std::uint64_t all = 0;
    for (const method_counts* const one : of_) all += part(*one);
    return all;
  }

  std::vector<const method_counts*> of_;
};

/// A method's name, empty for those that do not exist, and its calls.
struct named_calls {
  std::string_view name;
  call_sum calls;
};

std::vector<named_calls> all_calls(const registry& methods,
                                   std::span<const rpc::call_counts* const> shards) {
  std::vector<named_calls> all;
  for (const method* const one : methods.all()) {
    all.push_back({one->name, call_sum{shards, one->number}});
  }
  all.push_back({{}, call_sum{shards, methods.size()}});
  return all;
}

void write_endings(text_writer& out, const std::vector<named_calls>& all) {
  out.begin("sidewire_calls_total", "counter",
            "Calls that have ended, by method and outcome: ok or the kind of the error.");
  for (const named_calls& one : all) {
    const std::string method = label("method", one.name);
    if (!one.name.empty()) out.sample(one.calls.ended({}), method + "," + label("outcome", "ok"));
    for (std::size_t index = 0; index != error_kind_count; ++index) {
      const auto kind = static_cast<error_kind>(index);
      const std::uint64_t count = one.calls.ended(kind);
      if (count != 0) out.sample(count, method + "," + label("outcome", name_of(kind)));
    }
  }
}

void write_durations(text_writer& out, const std::vector<named_calls>& all) {
  out.begin("sidewire_call_duration_seconds", "histogram",
            "From the arrival of a call to its answer, by method.");
  for (const named_calls& one : all) {
    std::array<std::uint64_t, method_counts::bounds.size() + 1> up_to{};
    std::uint64_t count = 0;
    for (std::size_t index = 0; index != up_to.size(); ++index) {
      up_to[index] = count += one.calls.took(index);
    }
    if (count == 0) continue;
    const std::string method = label("method", one.name);
    for (std::size_t index = 0; index != method_counts::bounds.size(); ++index) {
      const std::string bound = label("le", seconds(method_counts::bounds[index]));
      out.sample(up_to[index], method + "," + bound, "_bucket");
    }
    out.sample(count, method + "," + label("le", "+Inf"), "_bucket");
    out.sample(seconds(one.calls.total()), method, "_sum");
    out.sample(count, method, "_count");
  }
}

void write_sessions(text_writer& out, const metrics_facts& facts) {
  out.begin("sidewire_sessions", "gauge",
            "Sessions, by whether they have a connection or wait for their client.");
  out.sample(facts.sessions_attached, label("state", "attached"));
  out.sample(facts.sessions_detached, label("state", "detached"));
  out.single("sidewire_sessions_started_total", "counter", "Sessions that were started.",
             facts.sessions_total);
  out.begin("sidewire_session_resumes_total", "counter",
            "Attempts to resume a session, by outcome: recovered, refused, or why it was lost.");
  for (const labelled_count& one : facts.resumes) {
    out.sample(one.count, label("outcome", one.label));
  }
}

void write_bytes(text_writer& out, const metrics_facts& facts) {
  out.begin("sidewire_received_bytes_total", "counter", "Bytes received, by transport.");
  for (const auto& one : facts.bytes) out.sample(one.received, label("transport", one.transport));
  out.begin("sidewire_sent_bytes_total", "counter", "Bytes sent, by transport.");
  for (const auto& one : facts.bytes) out.sample(one.sent, label("transport", one.transport));
}

}  // namespace

std::string metrics_text(const metrics_facts& facts, const registry& methods,
                         std::span<const rpc::call_counts* const> calls) {
  text_writer out;
  out.begin("sidewire_build_info", "gauge", "The version of the server; always 1.");
  out.sample(1, label("version", facts.version));
  out.single("sidewire_connections", "gauge", "Connections that are open.", facts.connections);
  out.single("sidewire_connections_accepted_total", "counter", "Connections that were accepted.",
             facts.connections_total);
  write_sessions(out, facts);
  const std::vector<named_calls> all = all_calls(methods, calls);
  write_endings(out, all);
  write_durations(out, all);
  out.single("sidewire_calls_in_flight", "gauge", "Calls that run.", facts.calls_in_flight);
  out.single("sidewire_notifications_received_total", "counter",
             "Notifications that clients have sent.", facts.notifications_total);
  out.single("sidewire_publications_total", "counter", "Publications to topics.",
             facts.publications_total);
  out.single("sidewire_publications_delivered_total", "counter",
             "Publications that subscribers were given.", facts.deliveries_total);
  out.single("sidewire_publications_dropped_total", "counter",
             "Publications that subscribers were too slow for.", facts.dropped_total);
  write_bytes(out, facts);
  return std::move(out).take();
}

}  // namespace sidewire::rest
