#include "transports/net/socket_stream.hpp"

#include <netinet/in.h>

#include <optional>

#include "net_support.hpp"

namespace sidewire::net {
namespace {

using namespace testing;

struct socket_pair_fixture {
  socket_pair sockets = make_socket_pair();
  boost::asio::io_context context;
  socket_stream stream{context, std::move(sockets.ours)};
  std::shared_ptr<counting_user> user = std::make_shared<counting_user>();
  std::array<char, 64> scratch{};

  void peer_sends(std::string_view text) {
    REQUIRE(::send(sockets.peer.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }
  /// Fills the way to the peer until nothing more goes.
  std::size_t fill() {
    const std::string block(64 * 1024, 'x');
    const iovec buffer = as_iovec(block);
    std::size_t total = 0;
    for (;;) {
      const io_result result = stream.write_some({&buffer, 1});
      if (result.status != io_status::done) {
        CHECK(result.status == io_status::would_block);
        return total;
      }
      total += result.count;
    }
  }
};

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "a stream reads what came and then says that it would block") {
  CHECK(stream.read_some(scratch).status == io_status::would_block);
  peer_sends("hello");
  const io_result result = stream.read_some(scratch);
  CHECK(result.status == io_status::done);
  CHECK(std::string_view{scratch.data(), result.count} == "hello");
  CHECK(stream.read_some(scratch).status == io_status::would_block);
}

TEST_CASE_FIXTURE(socket_pair_fixture, "a stream gathers its buffers in order") {
  const std::string first = "one ", second = "two";
  const std::array<iovec, 2> buffers{as_iovec(first), as_iovec(second)};
  const io_result result = stream.write_some(buffers);
  CHECK(result.count == 7);
  CHECK(::recv(sockets.peer.get(), scratch.data(), scratch.size(), 0) == 7);
  CHECK(std::string_view{scratch.data(), 7} == "one two");
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "more buffers than the system takes at once are written in part") {
  const std::string byte = "b";
  const std::vector<iovec> buffers(3000, as_iovec(byte));
  const io_result result = stream.write_some(buffers);
  CHECK(result.status == io_status::done);
  CHECK(result.count < 3000);
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "a full stream takes bytes in part, and calls when it takes more") {
  const std::size_t written = fill();
  CHECK(written > 0);
  stream.wait_writable(user);
  run_ready(context);
  CHECK(user->writable_count == 0);
  std::vector<char> drain(written);
  std::size_t drained = 0;
  while (drained < written) {
    const ssize_t count = ::recv(sockets.peer.get(), drain.data(), drain.size(), 0);
    REQUIRE(count > 0);
    drained += static_cast<std::size_t>(count);
  }
  run_until(context, [&] { return user->writable_count == 1; });
  CHECK(fill() > 0);
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "a wait calls once for bytes that come later, and for those there already") {
  stream.wait_readable(user);
  run_ready(context);
  CHECK(user->readable_count == 0);
  peer_sends("x");
  run_until(context, [&] { return user->readable_count == 1; });
  run_ready(context);
  CHECK(user->readable_count == 1);
  stream.wait_readable(user);
  run_until(context, [&] { return user->readable_count == 2; });
}

TEST_CASE_FIXTURE(socket_pair_fixture, "each of several streams is told of its own bytes alone") {
  socket_pair others = make_socket_pair();
  socket_stream other{context, std::move(others.ours)};
  const auto other_user = std::make_shared<counting_user>();
  stream.wait_readable(user);
  other.wait_readable(other_user);
  REQUIRE(::send(others.peer.get(), "x", 1, MSG_NOSIGNAL) == 1);
  run_until(context, [&] { return other_user->readable_count == 1; });
  peer_sends("x");
  run_until(context, [&] { return user->readable_count == 1; });
  CHECK(other_user->readable_count == 1);
}

TEST_CASE_FIXTURE(socket_pair_fixture, "the end that came with the last bytes is told after them") {
  std::optional<socket_stream> other;
  socket_pair others = make_socket_pair();
  SUBCASE("of the only stream") {}
  SUBCASE("of one among several") {
    other.emplace(context, std::move(others.ours));
  }
  peer_sends("last");
  ::shutdown(sockets.peer.get(), SHUT_WR);
  stream.wait_readable(user);
  run_until(context, [&] { return user->readable_count == 1; });
  CHECK(stream.read_some(scratch).count == 4);
  stream.wait_readable(user);
  run_until(context, [&] { return user->readable_count == 2; });
  CHECK(stream.read_some(scratch).status == io_status::end);
}

TEST_CASE_FIXTURE(socket_pair_fixture, "bytes beyond one read are told of again") {
  peer_sends(std::string(3 * scratch.size(), 'x'));
  for (int round = 1; round <= 3; ++round) {
    stream.wait_readable(user);
    run_until(context, [&] { return user->readable_count == round; });
    CHECK(stream.read_some(scratch).count == scratch.size());
  }
  stream.wait_readable(user);
  run_ready(context);
  CHECK(stream.read_some(scratch).status == io_status::would_block);
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "a callback may wait again with the reference that it was given") {
  user->when_readable = [this](std::shared_ptr<stream_user> self) {
    CHECK(stream.read_some(scratch).status == io_status::done);
    stream.wait_readable(std::move(self));
  };
  stream.wait_readable(user);
  for (int round = 1; round <= 100; ++round) {
    peer_sends("x");
    run_until(context, [&] { return user->readable_count == round; });
    CHECK(user.use_count() == 2);
  }
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "after the peer's half close the stream reads its end and still writes") {
  peer_sends("last");
  ::shutdown(sockets.peer.get(), SHUT_WR);
  CHECK(stream.read_some(scratch).count == 4);
  CHECK(stream.read_some(scratch).status == io_status::end);
  const std::string answer = "answer";
  const iovec buffer = as_iovec(answer);
  CHECK(stream.write_some({&buffer, 1}).count == 6);
  stream.shutdown_write();
  CHECK(::recv(sockets.peer.get(), scratch.data(), scratch.size(), 0) == 6);
  CHECK(::recv(sockets.peer.get(), scratch.data(), scratch.size(), 0) == 0);
}

TEST_CASE_FIXTURE(socket_pair_fixture, "a peer that is gone makes a write fail without a signal") {
  stream.wait_readable(user);
  sockets.peer.reset();
  const iovec buffer{scratch.data(), scratch.size()};
  CHECK(stream.write_some({&buffer, 1}).status == io_status::failed);
  run_until(context, [&] { return user->readable_count == 1; });
}

TEST_CASE("a reset makes a read fail") {
  unique_fd listening{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listening.get(), name, size) == 0);
  REQUIRE(::listen(listening.get(), 1) == 0);
  REQUIRE(::getsockname(listening.get(), name, &size) == 0);
  unique_fd peer{::socket(AF_INET, SOCK_STREAM, 0)};
  REQUIRE(::connect(peer.get(), name, size) == 0);
  boost::asio::io_context context;
  socket_stream stream{context, unique_fd{::accept(listening.get(), nullptr, nullptr)}};
  const auto user = std::make_shared<counting_user>();
  stream.wait_readable(user);
  const linger reset{1, 0};
  ::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  peer.reset();
  run_until(context, [&] { return user->readable_count == 1; });
  std::array<char, 8> scratch{};
  CHECK(stream.read_some(scratch).status == io_status::failed);
}

TEST_CASE_FIXTURE(socket_pair_fixture, "closing lets go of the waiting user without a call") {
  stream.wait_readable(user);
  CHECK(user.use_count() == 2);
  stream.close();
  run_ready(context);
  CHECK(user.use_count() == 1);
  CHECK(user->readable_count == 0);
  CHECK(::recv(sockets.peer.get(), scratch.data(), scratch.size(), 0) == 0);
  CHECK(stream.read_some(scratch).status == io_status::failed);
}

TEST_CASE_FIXTURE(socket_pair_fixture,
                  "closing in one callback silences the other one, though it is due too") {
  const auto close = [this](const std::shared_ptr<stream_user>&) { stream.close(); };
  user->when_readable = close;
  user->when_writable = close;
  stream.wait_readable(user);
  stream.wait_writable(user);
  peer_sends("x");
  run_until(context, [&] { return user.use_count() == 1; });
  CHECK(user->readable_count + user->writable_count == 1);
}

/// A connection as the server has them: it owns its stream, and lives by its pending wait.
struct owning_user : stream_user {
  explicit owning_user(bool& gone) : gone_{gone} {}
  ~owning_user() override { gone_ = true; }
  void on_readable(std::shared_ptr<stream_user>) override {}
  void on_writable(std::shared_ptr<stream_user>) override {}
  std::unique_ptr<net::stream> stream;
  bool& gone_;
};

TEST_CASE("a user that owns its stream ends with its last wait") {
  bool gone = false;
  socket_pair sockets = make_socket_pair();
  boost::asio::io_context context;
  auto user = std::make_shared<owning_user>(gone);
  user->stream = std::make_unique<socket_stream>(context, std::move(sockets.ours));
  net::stream& stream = *user->stream;
  SUBCASE("by its callback, though another wait is due too") {
    stream.wait_readable(user);
    stream.wait_writable(std::move(user));
    REQUIRE(::send(sockets.peer.get(), "x", 1, 0) == 1);
    run_until(context, [&] { return gone; });
  }
  SUBCASE("by closing") {
    stream.wait_readable(std::move(user));
    stream.close();
    run_ready(context);
  }
  CHECK(gone);
}

TEST_CASE("a user that still waits when the shard ends is let go") {
  bool gone = false;
  socket_pair sockets = make_socket_pair();
  {
    boost::asio::io_context context;
    auto user = std::make_shared<owning_user>(gone);
    user->stream = std::make_unique<socket_stream>(context, std::move(sockets.ours));
    net::stream& stream = *user->stream;
    stream.wait_readable(std::move(user));
  }
  CHECK(gone);
}

}  // namespace
}  // namespace sidewire::net
