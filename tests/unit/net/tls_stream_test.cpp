#include "transports/net/tls_stream.hpp"

#include "tls_client.hpp"
#include "transports/net/make_stream.hpp"

namespace sidewire::net {
namespace {

using namespace testing;

struct tls_fixture {
  std::unique_ptr<tls_context> tls = tls_context::self_signed();
  boost::asio::io_context context;
  socket_pair sockets = make_socket_pair();
  std::unique_ptr<net::stream> stream = make_stream(context, std::move(sockets.ours), tls.get());
  std::shared_ptr<counting_user> user = std::make_shared<counting_user>();
  std::string received;
  io_status last = io_status::would_block;

  /// Reads until the stream has nothing, in steps of `step` bytes.
  void read_all(std::size_t step = 4096) {
    std::vector<char> scratch(step);
    for (;;) {
      const io_result result = stream->read_some(scratch);
      last = result.status;
      if (last != io_status::done) return;
      received.append(scratch.data(), result.count);
    }
  }
  io_result write(const std::string& text) {
    const iovec buffer = as_iovec(text);
    return stream->write_some({&buffer, 1});
  }
  void shake_hands(tls_client& client) {
    for (int turn = 0; turn < 4; ++turn) {
      client.handshake();
      client.flush();
      read_all();
      client.receive();
    }
    client.read();
    REQUIRE(client.ready());
  }
};

TEST_CASE_FIXTURE(tls_fixture, "a client shakes hands, speaks and is answered in either version") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    sockets = make_socket_pair();
    stream = make_stream(context, std::move(sockets.ours), tls.get());
    received.clear();
    tls_client client{std::move(sockets.peer), version};
    shake_hands(client);
    CHECK(SSL_version(client.ssl()) == version);
    client.write("question");
    client.flush();
    read_all();
    CHECK(received == "question");
    CHECK(last == io_status::would_block);
    CHECK(write("answer").count == 6);
    client.receive();
    CHECK(client.read() == "answer");
  }
}

TEST_CASE_FIXTURE(tls_fixture, "every byte may come alone") {
  tls_client client{std::move(sockets.peer)};
  const auto drip = [&] {
    while (client.unsent_count() != 0) {
      client.flush(1);
      read_all();
      CHECK(last == io_status::would_block);
    }
  };
  while (!client.ready()) {
    client.handshake();
    drip();
    while (client.receive(1)) {
      client.handshake();
      if (client.unsent_count() != 0 || client.ready()) break;
    }
  }
  client.write("dripped");
  drip();
  CHECK(received == "dripped");
}

TEST_CASE_FIXTURE(tls_fixture, "the handshake is driven by waits alone") {
  tls_client client{std::move(sockets.peer)};
  user->when_readable = [this](std::shared_ptr<stream_user> self) {
    read_all();
    stream->wait_readable(std::move(self));
  };
  stream->wait_readable(user);
  run_until(context, [&] {
    client.handshake();
    client.flush();
    client.receive();
    return client.ready();
  });
  client.write("hello");
  client.flush();
  run_until(context, [&] { return received == "hello"; });
}

TEST_CASE_FIXTURE(tls_fixture, "a wait calls for bytes that were decrypted but not read yet") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  client.write("first record");
  client.write("second record");
  client.flush();
  user->when_readable = [this](std::shared_ptr<stream_user> self) {
    std::array<char, 4> few{};
    const io_result result = stream->read_some(few);
    if (result.status == io_status::done) received.append(few.data(), result.count);
    stream->wait_readable(std::move(self));
  };
  stream->wait_readable(user);
  run_until(context, [&] { return received == "first recordsecond record"; });
}

TEST_CASE_FIXTURE(tls_fixture, "many small buffers become few records") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  const std::size_t before = client.received_wire_bytes();
  const std::string small = "0123456789", empty;
  std::vector<iovec> buffers(2000, as_iovec(small));
  buffers.insert(buffers.begin() + 7, as_iovec(empty));
  CHECK(stream->write_some(buffers).count == 20'000);
  client.receive();
  CHECK(client.read().size() == 20'000);
  CHECK(client.received_wire_bytes() - before < 20'000 + 3 * 64);
}

TEST_CASE_FIXTURE(tls_fixture, "gathered bytes arrive in order, whatever their cuts") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  std::string expected;
  std::vector<std::string> parts;
  for (const std::size_t size : {1, 16'383, 2, 16'384, 40'000, 0, 3, 16'385, 1}) {
    parts.emplace_back(size, static_cast<char>('a' + parts.size()));
    expected += parts.back();
  }
  std::vector<iovec> buffers;
  for (const auto& each : parts) buffers.push_back(as_iovec(each));
  CHECK(stream->write_some(buffers).count == expected.size());
  client.receive();
  CHECK(client.read() == expected);
}

TEST_CASE_FIXTURE(tls_fixture, "a full socket takes records in part, and each byte arrives once") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  std::string expected;
  for (int index = 0; expected.size() < 2'000'000; ++index) expected += std::to_string(index);
  std::size_t sent = 0;
  // From another place each time, and cut in two.
  const auto write_rest = [&] {
    const std::string rest = expected.substr(sent);
    const std::string first = rest.substr(0, rest.size() / 3);
    const std::string second = rest.substr(rest.size() / 3);
    const std::array<iovec, 2> buffers{as_iovec(first), as_iovec(second)};
    const io_result result = stream->write_some(buffers);
    sent += result.count;
    return result.status;
  };
  int full_count = 0;
  std::string arrived;
  while (arrived.size() < expected.size()) {
    while (sent < expected.size() && write_rest() == io_status::done) {
    }
    if (sent < expected.size()) {
      const int called = user->writable_count;
      stream->wait_writable(user);
      run_ready(context);
      if (user->writable_count == called) ++full_count;
      run_until(context, [&] {
        client.receive(50'000);
        return user->writable_count == called + 1;
      });
    }
    client.receive();
    arrived += client.read();
  }
  CHECK(full_count > 0);
  CHECK(arrived == expected);
}

TEST_CASE_FIXTURE(tls_fixture, "shutting down tells the client, and what it still sends is read") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  write("last");
  stream->shutdown_write();
  client.receive();
  CHECK(client.read() == "last");
  CHECK(client.error == SSL_ERROR_ZERO_RETURN);
  CHECK_FALSE(client.receive());  // FIN
  client.write("still here");
  client.close_notify();
  client.flush();
  read_all();
  CHECK(received == "still here");
  CHECK(last == io_status::end);
}

TEST_CASE_FIXTURE(tls_fixture, "a client that half-closed still gets its answer") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  client.write("question");
  client.close_notify();
  client.flush();
  ::shutdown(client.fd(), SHUT_WR);
  read_all();
  CHECK(received == "question");
  CHECK(last == io_status::end);
  CHECK(write("answer").status == io_status::done);
  client.receive();
  CHECK(client.read() == "answer");
}

TEST_CASE_FIXTURE(tls_fixture, "close_notify waits for room in a full socket") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  const std::string block(16'384, 'x');
  std::size_t sent = 0;
  for (io_result result = write(block); result.status == io_status::done; result = write(block)) {
    sent += result.count;
  }
  // Until the record that OpenSSL holds has gone, and the socket is full behind it.
  std::string arrived;
  while (write(block).status != io_status::done) {
    client.receive(4096);
    arrived += client.read();
  }
  sent += block.size();
  user->when_readable = [this](std::shared_ptr<stream_user> self) {
    read_all();
    stream->wait_readable(std::move(self));
  };
  stream->shutdown_write();
  stream->wait_readable(user);
  run_until(context, [&] {
    client.receive(4096);
    arrived += client.read();
    return client.error == SSL_ERROR_ZERO_RETURN;
  });
  CHECK(arrived.size() == sent);
}

TEST_CASE_FIXTURE(tls_fixture, "an end without close_notify is a failure") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  client.write("cut");
  client.flush();
  ::shutdown(client.fd(), SHUT_WR);
  read_all();
  CHECK(received == "cut");
  CHECK(last == io_status::failed);
}

TEST_CASE_FIXTURE(tls_fixture, "what is not TLS fails") {
  REQUIRE(::send(sockets.peer.get(), "GET / HTTP/1.1\r\n\r\n", 18, 0) == 18);
  read_all();
  CHECK(last == io_status::failed);
  CHECK(write("x").status == io_status::failed);
}

TEST_CASE_FIXTURE(tls_fixture, "TLS 1.1 is refused") {
  tls_client client{std::move(sockets.peer), TLS1_1_VERSION};
  client.handshake();
  client.flush();
  read_all();
  CHECK(last == io_status::failed);
}

TEST_CASE_FIXTURE(tls_fixture, "a client cannot renegotiate") {
  tls_client client{std::move(sockets.peer), TLS1_2_VERSION};
  shake_hands(client);
  CHECK(SSL_renegotiate(client.ssl()) == 1);
  client.handshake();
  client.flush();
  read_all();
  client.receive();
  client.handshake();
  CHECK(ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_NO_RENEGOTIATION);
}

TEST_CASE_FIXTURE(tls_fixture, "a peer that is gone makes a TLS write fail without a signal") {
  {
    tls_client client{std::move(sockets.peer)};
    shake_hands(client);
  }
  CHECK(write("x").status == io_status::failed);
}

TEST_CASE_FIXTURE(tls_fixture, "a write before the handshake waits for it") {
  tls_client client{std::move(sockets.peer)};
  CHECK(write("greeting").status == io_status::would_block);
  user->when_writable = [this](std::shared_ptr<stream_user> self) {
    if (write("greeting").status == io_status::would_block) stream->wait_writable(std::move(self));
  };
  stream->wait_writable(user);
  std::string arrived;
  run_until(context, [&] {
    client.handshake();
    client.flush();
    client.receive();
    if (client.ready()) arrived += client.read();
    return arrived == "greeting";
  });
}

TEST_CASE_FIXTURE(tls_fixture,
                  "bytes that a write took in with the end of the handshake are told") {
  tls_client client{std::move(sockets.peer)};
  client.handshake();
  client.flush();
  CHECK(write("greeting").status == io_status::would_block);
  client.receive();
  client.handshake();
  client.write("question");
  client.flush();
  CHECK(write("greeting").status == io_status::done);
  stream->wait_readable(user);
  run_until(context, [&] { return user->readable_count == 1; });
  read_all();
  CHECK(received == "question");
}

TEST_CASE_FIXTURE(tls_fixture, "closing lets go of a user that waits for decrypted bytes") {
  tls_client client{std::move(sockets.peer)};
  shake_hands(client);
  client.write("bytes");
  client.flush();
  std::array<char, 1> one{};
  CHECK(stream->read_some(one).count == 1);
  stream->wait_readable(user);
  stream->close();
  run_ready(context);
  CHECK(user->readable_count == 0);
  CHECK(user.use_count() == 1);
}

}  // namespace
}  // namespace sidewire::net
