#include "transports/net/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace sidewire::net {

using direction = readiness::direction;

/// OpenSSL's way to the socket. Its own socket BIO writes without MSG_NOSIGNAL and reads once more
/// after every short read.
struct socket_bio {
  static tls_stream& stream_of(BIO* bio) { return *static_cast<tls_stream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    tls_stream& stream = stream_of(bio);
    ssize_t count = -1;
    errno = EAGAIN;
    if (!stream.socket_drained_) {
      do {
        count = ::recv(stream.socket_.fd(), into, static_cast<std::size_t>(size), MSG_DONTWAIT);
      } while (count < 0 && errno == EINTR);
      stream.socket_drained_ = count > 0 && count < size;
      if (count < size) stream.socket_.drained();
    }
    if (count < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    ssize_t count;
    do {
      count = ::send(stream_of(bio).socket_.fd(), from, static_cast<std::size_t>(size),
                     MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
    return static_cast<int>(count);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made = [] {
      std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method{
          BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "sidewire socket"),
          &BIO_meth_free};
      BIO_meth_set_read(method.get(), &read);
      BIO_meth_set_write(method.get(), &write);
      BIO_meth_set_ctrl(method.get(), &control);
      return method;
    }();
    return made.get();
  }

  static BIO* make(tls_stream& stream) {
    BIO* bio = BIO_new(method());
    if (bio == nullptr) throw std::bad_alloc{};
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    return bio;
  }
};

namespace {

/// Cuts buffers into pieces of at most one record, so that many small buffers become few records.
class record_gatherer {
 public:
  explicit record_gatherer(std::span<const iovec> buffers) : buffers_{buffers} { skip_empty(); }

  bool empty() const { return buffers_.empty(); }

  /// The next piece: where it lies if it is one buffer's, or else copied together.
  std::span<const char> next() {
    const auto first = rest_of_first();
    if (first.size() >= copied_.size() || buffers_.size() == 1) {
      return first.first(std::min(first.size(), copied_.size()));
    }
    std::size_t size = 0;
    std::size_t skipped = offset_;
    for (const iovec& each : buffers_) {
      const std::size_t count = std::min(each.iov_len - skipped, copied_.size() - size);
      std::memcpy(copied_.data() + size, static_cast<const char*>(each.iov_base) + skipped, count);
      size += count;
      skipped = 0;
      if (size == copied_.size()) break;
    }
    return {copied_.data(), size};
  }

  void consume(std::size_t count) {
    while (count != 0) {
      const std::size_t from_first = std::min(count, buffers_.front().iov_len - offset_);
      offset_ += from_first;
      count -= from_first;
      skip_empty();
    }
  }

 private:
  std::span<const char> rest_of_first() const {
    const iovec& first = buffers_.front();
    return {static_cast<const char*>(first.iov_base) + offset_, first.iov_len - offset_};
  }
  void skip_empty() {
    while (!buffers_.empty() && buffers_.front().iov_len == offset_) {
      buffers_ = buffers_.subspan(1);
      offset_ = 0;
    }
  }

  std::span<const iovec> buffers_;
  std::size_t offset_ = 0;  // into the first
  std::array<char, SSL3_RT_MAX_PLAIN_LENGTH> copied_;
};

}  // namespace

tls_stream::tls_stream(boost::asio::io_context& context, unique_fd socket, const tls_context& tls)
    : socket_{context, std::move(socket)}, ssl_{SSL_new(tls.current().get()), &SSL_free} {
  if (ssl_ == nullptr) throw std::bad_alloc{};
  BIO* bio = socket_bio::make(*this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

tls_stream::~tls_stream() = default;

tls_stream::step tls_stream::outcome_of(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_NONE:
      return step::done;
    case SSL_ERROR_WANT_READ:
      return step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return step::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return step::ended;
    default:
      return step::failed;
  }
}

io_result tls_stream::read_some(std::span<char> into) {
  if (close_notify_due_) send_close_notify();
  socket_drained_ = false;
  std::size_t total = 0;
  auto outcome = step::done;
  while (outcome == step::done && total < into.size()) {
    ERR_clear_error();
    std::size_t count = 0;
    outcome = outcome_of(SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &count));
    total += count;
  }
  may_hold_input_ = outcome != step::wants_read && outcome != step::wants_write;
  read_needs_ = outcome == step::wants_write ? direction::write : direction::read;
  if (total != 0) return {io_status::done, total};
  if (outcome == step::ended) return {io_status::end};
  return {outcome == step::failed ? io_status::failed : io_status::would_block};
}

io_result tls_stream::write_some(std::span<const iovec> buffers) {
  socket_drained_ = false;
  // A write that goes on with the handshake may read beyond it.
  if (SSL_in_init(ssl_.get())) may_hold_input_ = true;
  record_gatherer unsent{buffers};
  std::size_t total = 0;
  auto outcome = step::done;
  while (outcome == step::done && !unsent.empty()) {
    ERR_clear_error();
    const auto record = unsent.next();
    std::size_t count = 0;
    outcome = outcome_of(SSL_write_ex(ssl_.get(), record.data(), record.size(), &count));
    unsent.consume(count);
    total += count;
  }
  write_needs_ = outcome == step::wants_read ? direction::read : direction::write;
  if (total != 0) return {io_status::done, total};
  const bool must_wait = outcome == step::wants_read || outcome == step::wants_write;
  return {must_wait ? io_status::would_block : io_status::failed};
}

void tls_stream::wait_readable(std::shared_ptr<stream_user> user) {
  if (may_hold_input_) return socket_.post_readable(std::move(user));
  socket_.wait_readable(std::move(user), close_notify_due_ ? direction::write : read_needs_);
}

void tls_stream::wait_writable(std::shared_ptr<stream_user> user) {
  socket_.wait_writable(std::move(user), write_needs_);
}

void tls_stream::shutdown_write() {
  send_close_notify();
}

void tls_stream::send_close_notify() {
  ERR_clear_error();
  const int returned = SSL_is_init_finished(ssl_.get()) ? SSL_shutdown(ssl_.get()) : 0;
  close_notify_due_ = returned < 0 && outcome_of(returned) == step::wants_write;
  if (!close_notify_due_) socket_.shutdown_write();
}

}  // namespace sidewire::net
