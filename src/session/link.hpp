#pragma once

#include <cstdint>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>

namespace sidewire::session {

/// What a link tells of itself.
struct link_facts {
  std::string_view transport;  ///< static
  std::string address;         ///< of the client; empty: not connected just now
};

/// What a session needs of a transport: the connection that has it now. Implemented by each
/// transport; outlives its attachment. Shard.
class link {
 public:
  virtual ~link() = default;

  /// Whether counted messages may be written now, however many wait to be sent.
  virtual bool takes_messages() const noexcept = 0;
  /// Whether what is written leaves without waiting; otherwise `session::made_room` is called when
  /// it does again. Publications and partial results wait for it, answers do not.
  virtual bool has_room() const noexcept = 0;
  /// Writes the message of this number. The bytes are copied.
  virtual void send(std::uint64_t number, format as, std::string_view message) = 0;
  /// Writes a `session.*` notification, which is not counted.
  template <class Params>
  void notify(std::string_view method, const Params& params) {
    send_control(method, &describe<Params>(), &params);
  }
  void notify(std::string_view method) { send_control(method, nullptr, nullptr); }

  /// The session is on another connection from now on, or is no more: ends with a close code. The
  /// session has let go of the link.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// The last call in flight of the session has ended.
  virtual void calls_ended() = 0;

  virtual link_facts facts() const = 0;

 private:
  virtual void send_control(std::string_view method, const type_description* type,
                            const void* params) = 0;
};

}  // namespace sidewire::session
