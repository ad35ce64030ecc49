#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "load/options.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {

/// One connection over which all sessions of a run that listen over HTTP post their envelopes
/// (protocol, section 5), without waiting for one answer before the next. Not thread-safe.
class upload_line {
 public:
  /// Connects. `wanted` outlives it.
  explicit upload_line(const options& wanted) : wanted_{wanted}, socket_{wanted.port, 0} {}

  int descriptor() const { return socket_.descriptor(); }
  void post(std::string_view resume_token, std::string_view envelope);
  /// Reads once, blocking where nothing has come. Throws std::runtime_error on an answer that is
  /// not 202, and where nothing was asked.
  void receive(std::span<char> shared);
  /// Reads until everything is answered.
  void wait_for_answers();

 private:
  const options& wanted_;
  socket socket_;
  std::string received_;  // of an answer that has not come whole
  std::size_t unanswered_ = 0;
};

}  // namespace sidewire::bench
