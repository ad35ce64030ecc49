#include "load/listener.hpp"

#include <stdexcept>

namespace sidewire::bench {

std::unique_ptr<upload_line> connect_uploads(const options& wanted) {
  const bool is_http = wanted.transport == transport::sse || wanted.transport == transport::poll;
  if (!is_http || wanted.dialect != dialect::session) return nullptr;
  return std::make_unique<upload_line>(wanted);
}

std::unique_ptr<listener> start_listening(const options& wanted, upload_line* uploads,
                                          std::size_t index) {
  switch (wanted.transport) {
    case transport::websocket_text:
      return listen_on_websocket(wanted);
    case transport::sse:
      return uploads == nullptr ? listen_on_topic_stream(wanted)
                                : listen_on_event_stream(wanted, *uploads, index);
    case transport::poll:
      return listen_by_polls(wanted, *uploads);
    default:
      throw std::invalid_argument{"nobody can listen on this transport"};
  }
}

}  // namespace sidewire::bench
