#include "transports/net/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <fstream>

#include "net_support.hpp"
#include "transports/net/activation.hpp"

namespace sidewire::net {
namespace {

using namespace testing;

unique_fd connect_tcp(int family, std::uint16_t port) {
  unique_fd socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  const auto* address = family == AF_INET ? reinterpret_cast<const sockaddr*>(&v4)
                                          : reinterpret_cast<const sockaddr*>(&v6);
  const socklen_t size = family == AF_INET ? sizeof v4 : sizeof v6;
  if (::connect(socket.get(), address, size) != 0) socket.reset();
  return socket;
}

sockaddr_un unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  return name;
}

unique_fd connect_unix(const std::string& path) {
  unique_fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_un name = unix_name(path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
    socket.reset();
  }
  return socket;
}

/// A bound Unix socket as an ended process leaves it, or, listening, as a live one has it.
unique_fd bind_unix(const std::string& path) {
  unique_fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_un name = unix_name(path);
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  return socket;
}

bool machine_has_ipv6() {
  unique_fd socket{::socket(AF_INET6, SOCK_STREAM, 0)};
  sockaddr_in6 any_port{};
  any_port.sin6_family = AF_INET6;
  any_port.sin6_addr = in6addr_loopback;
  return socket &&
         ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port) == 0;
}

struct fixture {
  boost::asio::io_context context;
  recording_logger log;
  scratch_directory directory;
  std::vector<unique_fd> accepted;
  std::vector<peer_address> peers;

  listener open(const endpoint& where) { return listener{context, where, log}; }
  listener::accept_handler keep() {
    return [this](unique_fd socket, const peer_address& peer) {
      accepted.push_back(std::move(socket));
      peers.push_back(peer);
    };
  }
  void run_until_accepted(std::size_t count) {
    run_until(context, [&] { return accepted.size() == count; });
  }
  std::string refusal_of(const endpoint& where) {
    try {
      open(where);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "opened";
  }
};

TEST_CASE_FIXTURE(fixture, "loopback listens on both families at one port that the system chose") {
  listener listening = open(loopback_endpoint{0});
  const auto port = std::get<loopback_endpoint>(listening.bound()).port;
  CHECK(port != 0);
  listening.start(keep());
  const unique_fd v4 = connect_tcp(AF_INET, port);
  CHECK(v4);
  run_until_accepted(1);
  CHECK(peers[0].family == address_family::ipv4);
  CHECK(to_string(peers[0]).starts_with("127.0.0.1:"));
  if (machine_has_ipv6()) {
    const unique_fd v6 = connect_tcp(AF_INET6, port);
    CHECK(v6);
    run_until_accepted(2);
    CHECK(peers[1].family == address_family::ipv6);
    CHECK(to_string(peers[1]).starts_with("[::1]:"));
  }
}

TEST_CASE_FIXTURE(fixture, "an accepted socket is non-blocking, closed on exec and without delay") {
  listener listening = open(tcp_endpoint{"127.0.0.1", 0});
  listening.start(keep());
  const unique_fd peer = connect_tcp(AF_INET, std::get<tcp_endpoint>(listening.bound()).port);
  run_until_accepted(1);
  CHECK((::fcntl(accepted[0].get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(accepted[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ::getsockopt(accepted[0].get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
  CHECK(no_delay == 1);
}

TEST_CASE_FIXTURE(fixture, "an IPv4 client of a socket for both families is told as IPv4") {
  if (!machine_has_ipv6()) return;
  listener listening = open(tcp_endpoint{"::", 0});
  listening.start(keep());
  const unique_fd peer = connect_tcp(AF_INET, std::get<tcp_endpoint>(listening.bound()).port);
  run_until_accepted(1);
  CHECK(to_string(peers[0]).starts_with("127.0.0.1:"));
}

TEST_CASE_FIXTURE(fixture, "a port that is taken is refused by name, on either family") {
  const listener first = open(loopback_endpoint{0});
  const auto port = std::get<loopback_endpoint>(first.bound()).port;
  CHECK(refusal_of(loopback_endpoint{port}) ==
        "cannot listen on localhost:" + std::to_string(port) + ": Address already in use");
  if (machine_has_ipv6()) {
    const listener only_v6 = open(tcp_endpoint{"::1", 0});
    const auto v6_port = std::get<tcp_endpoint>(only_v6.bound()).port;
    CHECK(refusal_of(loopback_endpoint{v6_port}).find("already in use") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(fixture, "connections that waited in the queue are all accepted") {
  listener listening = open(tcp_endpoint{"127.0.0.1", 0});
  std::vector<unique_fd> clients;
  for (int count = 0; count < 200; ++count) {
    clients.push_back(connect_tcp(AF_INET, std::get<tcp_endpoint>(listening.bound()).port));
  }
  listening.start(keep());
  run_until_accepted(200);
}

TEST_CASE_FIXTURE(fixture, "a listener that stopped accepts no more") {
  listener listening = open(tcp_endpoint{"127.0.0.1", 0});
  const auto port = std::get<tcp_endpoint>(listening.bound()).port;
  const unique_fd queued = connect_tcp(AF_INET, port);
  listening.start(keep());
  SUBCASE("from outside") {
    listening.stop();
    run_ready(context);
    CHECK(accepted.empty());
  }
  SUBCASE("from its own handler, while more is in the queue") {
    const unique_fd second = connect_tcp(AF_INET, port);
    int count = 0;
    listener stopping = open(tcp_endpoint{"127.0.0.1", 0});
    const auto other_port = std::get<tcp_endpoint>(stopping.bound()).port;
    const unique_fd third = connect_tcp(AF_INET, other_port);
    const unique_fd fourth = connect_tcp(AF_INET, other_port);
    stopping.start([&](unique_fd, const peer_address&) {
      ++count;
      stopping.stop();
    });
    run_until(context, [&] { return count == 1; });
    run_ready(context);
    CHECK(count == 1);
    listening.stop();
  }
  CHECK_FALSE(connect_tcp(AF_INET, port));
}

TEST_CASE_FIXTURE(fixture, "a Unix socket is its owner's alone, and gone at the end") {
  const std::string path = directory.file("a.sock");
  {
    listener listening = open(unix_endpoint{path});
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777) == 0600);
    listening.start(keep());
    const unique_fd client = connect_unix(path);
    CHECK(client);
    run_until_accepted(1);
    CHECK(to_string(peers[0]) == "unix");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_FIXTURE(fixture, "a Unix socket that nobody listens on is replaced") {
  const std::string path = directory.file("stale.sock");
  bind_unix(path);
  listener listening = open(unix_endpoint{path});
  CHECK(connect_unix(path));
}

TEST_CASE_FIXTURE(fixture, "a Unix socket that somebody listens on is left alone") {
  const std::string path = directory.file("live.sock");
  const unique_fd other = bind_unix(path);
  REQUIRE(::listen(other.get(), 8) == 0);
  CHECK(refusal_of(unix_endpoint{path}) ==
        "cannot listen on unix:" + path + ": another process listens there");
  CHECK(connect_unix(path));
}

TEST_CASE_FIXTURE(fixture, "a file that is no socket is left alone") {
  const std::string path = directory.file("notes.txt");
  std::ofstream{path} << "kept";
  CHECK(refusal_of(unix_endpoint{path}).find("not a socket") != std::string::npos);
  CHECK(std::filesystem::file_size(path) == 4);
  CHECK(refusal_of(unix_endpoint{directory.file("no/such/directory")}).find("No such file") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "a Unix socket that another has put in the place is not removed") {
  const std::string path = directory.file("a.sock");
  unique_fd other;
  {
    const listener listening = open(unix_endpoint{path});
    std::filesystem::rename(path, directory.file("moved.sock"));
    other = bind_unix(path);
  }
  CHECK(std::filesystem::exists(path));
}

TEST_CASE_FIXTURE(fixture, "an inherited socket is told by the address behind it") {
  const std::string path = directory.file("inherited.sock");
  unique_fd inherited = bind_unix(path);
  REQUIRE(::listen(inherited.get(), 8) == 0);
  {
    listener listening = open(inherited_endpoint{inherited.release()});
    CHECK(listening.bound() == endpoint{unix_endpoint{path}});
    listening.start(keep());
    const unique_fd client = connect_unix(path);
    run_until_accepted(1);
  }
  CHECK(std::filesystem::exists(path));  // its maker's to remove

  unique_fd tcp{::socket(AF_INET, SOCK_STREAM, 0)};
  REQUIRE(::listen(tcp.get(), 8) == 0);
  const listener listening = open(inherited_endpoint{tcp.release()});
  CHECK(std::get<tcp_endpoint>(listening.bound()).address == "0.0.0.0");
  CHECK(std::get<tcp_endpoint>(listening.bound()).port != 0);
}

TEST_CASE_FIXTURE(fixture, "an inherited descriptor must be a stream socket that listens") {
  CHECK(refusal_of(inherited_endpoint{999}) ==
        "cannot listen on fd:999: no such descriptor was inherited");
  const unique_fd file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  CHECK(refusal_of(inherited_endpoint{file.get()}).find("not a socket") != std::string::npos);
  const unique_fd datagram{::socket(AF_INET, SOCK_DGRAM, 0)};
  CHECK(refusal_of(inherited_endpoint{datagram.get()}).find("stream socket") != std::string::npos);
  const unique_fd idle{::socket(AF_INET, SOCK_STREAM, 0)};
  CHECK(refusal_of(inherited_endpoint{idle.get()}).find("does not listen") != std::string::npos);
}

/// Lowers the soft limit of open files to what is open now.
class no_more_descriptors {
 public:
  no_more_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const unique_fd next{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const rlimit lowered{static_cast<rlim_t>(next.get()), before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
  }
  ~no_more_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE_FIXTURE(fixture,
                  "a full table of descriptors is told once and accepting goes on after it") {
  // UBSan opens a pipe to look at a type that it has not seen yet, here the timer's.
  boost::asio::steady_timer{context}.async_wait([](const boost::system::error_code&) {});
  run_ready(context);
  listener listening = open(tcp_endpoint{"127.0.0.1", 0});
  listening.start(keep());
  const unique_fd client = connect_tcp(AF_INET, std::get<tcp_endpoint>(listening.bound()).port);
  {
    const no_more_descriptors full;
    run_until(context, [&] { return !log.messages.empty(); });
    context.restart();
    context.run_one();  // the next attempt, after the pause
  }
  CHECK(accepted.empty());
  run_until_accepted(1);
  CHECK(log.messages == std::vector<std::string>{"cannot accept"});
}

TEST_CASE("sockets that systemd passed are taken once") {
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2", 1);
  const std::vector<endpoint> expected{inherited_endpoint{3}, inherited_endpoint{4}};
  CHECK(take_activated_endpoints() == expected);
  CHECK(::getenv("LISTEN_FDS") == nullptr);
  CHECK(take_activated_endpoints().empty());
}

TEST_CASE("sockets that systemd passed to another process are left alone") {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "2", 1);
  CHECK(take_activated_endpoints().empty());
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2x", 1);
  CHECK(take_activated_endpoints().empty());
}

}  // namespace
}  // namespace sidewire::net
