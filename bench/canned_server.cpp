// CannedServer: see the header. One thread, one epoll. A connection's answers leave in the order of its requests, since
// the delay is the same for all.
#include "bench/canned_server.hpp"

#include "base/text.hpp"
#include "bench/canned_stream.hpp"
#include "bench/measured_process.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace drift::bench {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int last_core() noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  int last = 0;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &allowed)) last = core;
  }
  return last;
}

// The part of the head behind `name`, up to the line's end.
std::string_view header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    if (line.size() > name.size() && base::equals_ignoring_case(line.substr(0, name.size()), name)) {
      return base::trim(line.substr(name.size()));
    }
    head.remove_prefix(std::min(head.size(), line.size() + 2));
  }
  return {};
}

struct Connection {
  Connection(int socket, SSL_CTX* tls) : stream(socket, tls) {}

  CannedStream stream;
  std::string in = {};
  std::string out = {};
  bool waits_to_write = false;
};

class Server {
 public:
  Server(int listener, int owner, CannedAnswers answers, std::chrono::milliseconds delay, TlsServerContext tls)
      : listener_(listener), owner_(owner), answers_(std::move(answers)), delay_(delay), tls_(std::move(tls)) {
    watch(listener_, EPOLL_CTL_ADD, EPOLLIN);
    watch(owner_, EPOLL_CTL_ADD, EPOLLIN);
  }

  // Returns when the owner has closed its end, or ended.
  CannedServer::Work serve() {
    for (;;) {
      std::array<epoll_event, 256> events{};
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience_ms());
      send_due();
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == owner_) return {.load = load(), .most_waiting = most_waiting_};
        if (event.data.fd == listener_) {
          accept_one();
        } else if (const auto found = connections_.find(event.data.fd); found != connections_.end()) {
          const auto connection = found->second;
          if ((event.events & EPOLLOUT) != 0) flush(*connection);
          if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) receive(connection);
        }
      }
    }
  }

 private:
  struct Late {
    Clock::time_point due;
    std::weak_ptr<Connection> connection;
    std::string answer;
  };

  void watch(int socket, int operation, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    epoll_ctl(epoll_, operation, socket, &event);
  }

  void accept_one() {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.emplace(socket, std::make_shared<Connection>(socket, tls_.get()));
    watch(socket, EPOLL_CTL_ADD, EPOLLIN);
  }

  void receive(const std::shared_ptr<Connection>& connection) {
    CannedStream& stream = connection->stream;
    do {
      const ssize_t size = stream.receive(chunk_);
      if (size < 0) break;
      if (size == 0) {
        connections_.erase(stream.socket());
        return;
      }
      connection->in.append(chunk_.data(), static_cast<std::size_t>(size));
    } while (stream.holds_more());
    answer_all(connection);
    flush(*connection);
  }

  void answer_all(const std::shared_ptr<Connection>& connection) {
    std::string_view rest = connection->in;
    while (true) {
      std::string late;
      std::string& out = delay_.count() > 0 ? late : connection->out;
      const std::size_t used = answer_first(rest, out);
      if (used == 0) break;
      rest.remove_prefix(used);
      if (!late.empty()) {
        late_.push_back({.due = Clock::now() + delay_, .connection = connection, .answer = std::move(late)});
        most_waiting_ = std::max(most_waiting_, late_.size());
      }
    }
    connection->in.erase(0, connection->in.size() - rest.size());
  }

  // Appends the answer to the first whole request in `all`; the bytes of that request, 0 when there is none.
  std::size_t answer_first(std::string_view all, std::string& out) {
    const std::size_t head_end = all.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return 0;
    const std::string_view head = all.substr(0, head_end);
    const std::string_view length = header(head, "content-length:");
    std::size_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (all.size() < head_end + 4 + bytes) return 0;
    const std::string_view target = header(head, "x-amz-target:");
    answers_.append(out, target.substr(target.find('.') + 1), all.substr(head_end + 4, bytes));
    if (!first_) first_ = {Clock::now(), cpu_seconds()};
    last_ = Clock::now();
    return head_end + 4 + bytes;
  }

  void flush(Connection& connection) const {
    while (!connection.out.empty()) {
      const ssize_t sent = connection.stream.send(connection.out);
      if (sent <= 0) break;  // full; or closed, which receive() will see
      connection.out.erase(0, static_cast<std::size_t>(sent));
    }
    const bool waits = !connection.out.empty();
    if (waits == std::exchange(connection.waits_to_write, waits)) return;
    watch(connection.stream.socket(), EPOLL_CTL_MOD, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  [[nodiscard]] int patience_ms() const {
    if (late_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(late_.front().due - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  void send_due() {
    if (late_.empty()) return;
    const auto now = Clock::now();
    for (; !late_.empty() && late_.front().due <= now; late_.pop_front()) {
      const auto connection = late_.front().connection.lock();
      if (!connection) continue;
      connection->out += late_.front().answer;
      flush(*connection);
    }
  }

  [[nodiscard]] double load() const {
    if (!first_ || last_ == first_->first) return 0;
    return (cpu_seconds() - first_->second) / std::chrono::duration<double>(last_ - first_->first).count();
  }

  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const int listener_;
  const int owner_;
  const CannedAnswers answers_;
  const std::chrono::milliseconds delay_;
  const TlsServerContext tls_;  // null: plain HTTP
  std::array<char, 65'536> chunk_;
  std::unordered_map<int, std::shared_ptr<Connection>> connections_;
  std::deque<Late> late_;
  std::size_t most_waiting_ = 0;
  std::optional<std::pair<Clock::time_point, double>> first_;  // with the CPU seconds until then
  Clock::time_point last_{};
};

// A listening socket on a free port of 127.0.0.1.
int listen_on_loopback(int& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, plain, size) != 0 || listen(listener, SOMAXCONN) != 0) fail("listen");
  if (getsockname(listener, plain, &size) != 0) fail("getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

// Of the forked process: does not return.
[[noreturn]] void be_the_server(int listener, int owner, CannedAnswers answers, std::chrono::milliseconds delay,
                                TlsServerContext tls) {
  cpu_set_t core;
  CPU_ZERO(&core);
  CPU_SET(static_cast<std::size_t>(last_core()), &core);
  sched_setaffinity(0, sizeof core, &core);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to the socket as it is
  const CannedServer::Work work = Server(listener, owner, std::move(answers), delay, std::move(tls)).serve();
  const bool told = write(owner, &work, sizeof work) == sizeof work;
  _exit(told ? 0 : 1);
}

}  // namespace

CannedServer::CannedServer(const CannedTable& table, std::chrono::milliseconds delay, Scheme scheme) {
  const int listener = listen_on_loopback(port_);
  TlsServerContext tls;
  if (scheme == Scheme::https) {
    const testing::KeyPair authority = testing::make_authority("the authority of drift's benchmarks");
    authority_.emplace(authority.certificate_pem);
    tls = make_tls_server(testing::make_certificate(authority));
  }
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  process_ = fork();
  if (process_ < 0) fail("fork");
  if (process_ == 0) {
    close(ends[0]);
    be_the_server(listener, ends[1], CannedAnswers(table), delay, std::move(tls));
  }
  close(listener);
  close(ends[1]);
  owner_end_ = ends[0];
}

std::string CannedServer::endpoint() const {
  return (authority_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::string CannedServer::ca_bundle() const { return authority_ ? authority_->path() : ""; }

CannedServer::Work CannedServer::stop() noexcept {
  Work work;
  if (owner_end_ < 0) return work;
  shutdown(owner_end_, SHUT_WR);
  if (read(owner_end_, &work, sizeof work) != sizeof work) work = {};
  close(std::exchange(owner_end_, -1));
  waitpid(process_, nullptr, 0);
  return work;
}

int serve_until_end_of_input(CannedServer& server) {
  const std::string ca_bundle = server.ca_bundle();
  std::printf("%s %s\n", server.endpoint().c_str(), ca_bundle.empty() ? "-" : ca_bundle.c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
  const auto work = server.stop();
  std::printf("the server used %.0f %% of its core; at most %zu requests waited for their answers\n", 100 * work.load,
              work.most_waiting);
  return 0;
}

void leave_core_to_server() noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  if (CPU_COUNT(&allowed) < 2) return;
  CPU_CLR(static_cast<std::size_t>(last_core()), &allowed);
  sched_setaffinity(0, sizeof allowed, &allowed);
}

}  // namespace drift::bench
