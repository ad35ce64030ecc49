#include "server/configuration_builder.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "server/option_checks.hpp"

namespace sidewire::server {
namespace {

constexpr std::string_view unix_prefix = "unix:";

/// The folder in which relative paths of a source start: the file's own, so that its meaning does
/// not depend on where the server was started; else the working directory.
std::filesystem::path folder_of(const place& where) {
  return where.source == value_source::file ? std::filesystem::absolute(where.name).parent_path()
                                            : std::filesystem::current_path();
}

/// An empty path stays empty, to be refused.
void make_absolute(std::string& path, const place& where) {
  if (!path.empty()) path = (folder_of(where) / path).lexically_normal().string();
}

void resolve_paths(value_kind kind, option_value& value, const place& where) {
  if (kind == value_kind::path) {
    make_absolute(std::get<std::string>(value), where);
  } else if (kind == value_kind::path_list) {
    for (auto& path : std::get<std::vector<std::string>>(value)) make_absolute(path, where);
  } else if (kind == value_kind::address_list && where.source == value_source::file) {
    // Elsewhere it stays relative: a socket's path has little room.
    for (auto& address : std::get<std::vector<std::string>>(value)) {
      if (!address.starts_with(unix_prefix)) continue;
      std::string path = address.substr(unix_prefix.size());
      make_absolute(path, where);
      address = std::string{unix_prefix} + path;
    }
  }
}

}  // namespace

std::string to_string(const place& where) {
  return where.line == 0 ? where.name : where.name + ":" + std::to_string(where.line);
}

std::string to_string(const configuration_problem& problem) {
  return to_string(problem.where) + ": " + problem.message;
}

void configuration_builder::assign(const option& row, option_value value, place where) {
  resolve_paths(row.rule.kind, value, where);
  if (const auto problem = problem_with(row.rule, value)) {
    const std::string name = where.source == value_source::file ? std::string{row.name} + ": " : "";
    add_error(std::move(where), name + *problem);
    return;
  }
  row.set(result_.chosen, value);
  result_.places[row.name] = std::move(where);
}

void configuration_builder::assign_texts(const option& row, const std::vector<std::string>& texts,
                                         place where) {
  if (is_list(row.rule.kind)) {
    assign(row, texts, std::move(where));
  } else if (const auto value = parse_value(row.rule, texts.back())) {
    assign(row, *value, std::move(where));
  } else {
    add_error(std::move(where),
              "'" + texts.back() + "' is not what was expected: " + expectation(row.rule));
  }
}

void configuration_builder::assign_token(std::string_view token, place where) {
  if (const auto problem = problem_of_token(token)) {
    add_error(std::move(where), *problem);
    return;
  }
  result_.chosen.token = token;
  token_place_ = std::move(where);
}

void configuration_builder::add_log_source(log_source source, place where) {
  if (std::ranges::find(result_.chosen.logs, source.name, &log_source::name) !=
      result_.chosen.logs.end()) {
    add_error(std::move(where), "a second [[logs]] entry is named '" + source.name + "'");
    return;
  }
  make_absolute(source.path, where);
  result_.chosen.logs.push_back(std::move(source));
}

void configuration_builder::add_topic(topic_options declared, place where) {
  try {
    declared_.add(declared);
    result_.chosen.topics.push_back(std::move(declared));
  } catch (const std::invalid_argument& refused) {
    add_error(std::move(where), refused.what());
  }
}

void configuration_builder::add_error(place where, std::string message) {
  result_.errors.push_back({std::move(where), std::move(message)});
}

void configuration_builder::add_warning(place where, std::string message) {
  result_.warnings.push_back({std::move(where), std::move(message)});
}

configuration_result configuration_builder::finish() && {
  settle_listen();
  check_tls();
  // The rest asks where the server listens, which only a sound value tells.
  if (result_.errors.empty()) {
    check_authentication();
    check_launch();
  }
  std::ranges::stable_sort(result_.errors, {}, [](const configuration_problem& problem) {
    return std::pair{problem.where.source, problem.where.line};
  });
  return std::move(result_);
}

place configuration_builder::place_of(std::string_view option_name) const {
  const auto found = result_.places.find(option_name);
  return found == result_.places.end() ? place{} : found->second;
}

/// `--listen` stands instead of `--host` and `--port`. Given by one source, both are an error; by
/// two, the stronger one's are meant.
void configuration_builder::settle_listen() {
  const place listen = place_of("listen");
  if (listen.source == value_source::defaults) return;
  for (const std::string_view name : {"host", "port"}) {
    const place other = place_of(name);
    if (other.source == value_source::defaults) continue;
    if (other.source == listen.source) {
      add_error(other, "listen stands instead of host and port; give one or the other");
    } else if (other.source < listen.source) {
      const option& row = *find_option(name);
      row.set(result_.chosen, row.get(configuration{}));
      result_.places.erase(name);
    } else {
      result_.chosen.listen.clear();
      result_.places.erase("listen");
    }
  }
}

void configuration_builder::check_tls() {
  const configuration& chosen = result_.chosen;
  if (chosen.tls_cert.empty() != chosen.tls_key.empty()) {
    const bool has_key = chosen.tls_cert.empty();
    add_error(
        place_of(has_key ? "tls-key" : "tls-cert"),
        has_key ? "a key needs its certificate, tls-cert" : "a certificate needs its key, tls-key");
  }
  if (chosen.tls_self_signed && !chosen.tls_cert.empty())
    add_error(place_of("tls-self-signed"), "tls-self-signed stands instead of tls-cert");
}

void configuration_builder::check_authentication() {
  const configuration& chosen = result_.chosen;
  if (chosen.auth != auth_mode::none) return;
  for (const auto& where : listen_endpoints(chosen)) {
    if (is_local_only(where)) continue;
    add_error(place_of("auth"), "auth none is for loopback addresses and Unix sockets, and " +
                                    net::to_string(where) +
                                    " can be reached from elsewhere; use auth token");
  }
  if (!chosen.token.empty())
    add_warning(token_place_, "there is a token, but auth none asks nobody for it");
}

void configuration_builder::check_launch() {
  const configuration& chosen = result_.chosen;
  const bool has_script = std::ranges::any_of(
      chosen.announce, [](const std::string& file) { return file.ends_with(".js"); });
  if (chosen.launch.empty() && !has_script) return;
  const bool all_unix = std::ranges::all_of(listen_endpoints(chosen), [](const auto& where) {
    return std::holds_alternative<net::unix_endpoint>(where);
  });
  if (!all_unix) return;
  add_error(place_of(chosen.launch.empty() ? "announce" : "launch"),
            "it tells a port, and the server listens on Unix sockets alone");
}

}  // namespace sidewire::server
