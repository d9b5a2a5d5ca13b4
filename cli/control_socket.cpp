// ControlSocket: see the header. Whoever is connected is either sending a line or being sent an answer: nothing more is
// read from those who do not take theirs, so what is kept of one is bounded.
#include "cli/control_socket.hpp"

#include "cli/unix_address.hpp"

#include "journal/state_directory.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <thread>
#include <utility>
#include <vector>

namespace drift::cli {

namespace {

constexpr std::size_t clients_max = 32;
constexpr int waiting_max = 16;
// Before the next try where the process has no room for another descriptor.
constexpr int full_patience_ms = 100;

bool is_for_later(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// One who is connected.
class ConnectedClient {
 public:
  explicit ConnectedClient(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  [[nodiscard]] pollfd waits_for() const {
    return {.fd = descriptor_.get(), .events = static_cast<short>(out_.empty() ? POLLIN : POLLOUT), .revents = 0};
  }

  // Sends or reads, whatever is next; false: it is done with.
  bool go_on(const ControlSocket::Answer& answer) {
    if (out_.empty() && !read()) return false;
    do {
      if (!send()) return false;
      if (!out_.empty()) return true;  // until it takes the rest
    } while (answer_next_line(answer));
    return !has_ended_;
  }

 private:
  bool read() {
    std::array<char, 4'096> part{};
    const ssize_t got = ::recv(descriptor_.get(), part.data(), part.size(), 0);
    if (got < 0) return is_for_later(errno);
    in_.append(part.data(), static_cast<std::size_t>(got));
    has_ended_ = got == 0;
    if (has_ended_ && !in_.empty() && in_.back() != '\n') in_ += '\n';  // as of printf status | nc -N -U
    return true;
  }

  bool send() {
    if (out_.empty()) return true;
    const ssize_t sent = ::send(descriptor_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0) return is_for_later(errno);
    out_.erase(0, static_cast<std::size_t>(sent));
    return true;
  }

  bool answer_next_line(const ControlSocket::Answer& answer) {
    const std::size_t end = in_.find('\n');
    if (end == std::string::npos) {
      if (in_.size() <= ControlSocket::line_bytes_max) return false;
      is_too_long_ = true;
      in_.clear();
      return false;
    }
    std::string line = in_.substr(0, end);
    in_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    const bool is_too_long = std::exchange(is_too_long_, false) || line.size() > ControlSocket::line_bytes_max;
    out_ = is_too_long ? "error: a line has at most " + std::to_string(ControlSocket::line_bytes_max) + " bytes"
                       : answer(line);
    out_ += '\n';
    return true;
  }

  Descriptor descriptor_;
  std::string in_;
  std::string out_;
  bool is_too_long_ = false;  // the line that is being read: its beginning is dropped
  bool has_ended_ = false;    // nothing more comes
};

// Whether somebody answers there; a file that nobody listens at is of a process that is gone.
bool is_served(const UnixAddress& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(probe.get(), address.get(), UnixAddress::size()) == 0 || errno == EAGAIN;
}

// One process at a time looks at what is there and puts its own in the place: while it has the directory's lock.
Descriptor lock_directory(const std::filesystem::path& file) {
  Descriptor directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::flock(directory.get(), LOCK_EX) != 0) {
    throw control_socket_error(file, "its directory cannot be locked", errno);
  }
  return directory;
}

Descriptor listen_at(const std::filesystem::path& file) {
  const UnixAddress address(file);
  journal::prepare_state_directory(file.parent_path(), journal::network_file_system);
  const Descriptor directory = lock_directory(file);
  if (is_served(address)) {
    throw control_socket_error(file, "it is another process's, which runs this migration or waits for it");
  }
  struct stat status = {};
  if (::lstat(file.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) throw control_socket_error(file, "something else is there, and is left alone");
    ::unlink(file.c_str());
  }
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Before it has a name, so that nobody else can be quicker; once more after, where the system did not take it so.
  const bool made = ::fchmod(listener.get(), 0600) == 0 &&
                    ::bind(listener.get(), address.get(), UnixAddress::size()) == 0 &&
                    ::chmod(file.c_str(), 0600) == 0 && ::listen(listener.get(), waiting_max) == 0;
  if (!made) throw control_socket_error(file, "it cannot be made", errno);
  return listener;
}

}  // namespace

class ControlSocket::Server {
 public:
  Server(std::filesystem::path file, Answer answer)
      : file_(std::move(file)),
        answer_(std::move(answer)),
        listener_(listen_at(file_)),
        ending_(::eventfd(0, EFD_CLOEXEC)),
        thread_(&Server::serve, this) {}

  ~Server() {
    ::unlink(file_.c_str());  // first: as long as it is listened at, nobody else's can be there
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(ending_.get(), &one, sizeof(one));
    thread_.join();
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  void serve() {
    while (true) {
      std::vector<pollfd> waits{{.fd = ending_.get(), .events = POLLIN, .revents = 0},
                                {.fd = listener_.get(), .events = POLLIN, .revents = 0}};
      for (const ConnectedClient& client : clients_) waits.push_back(client.waits_for());
      if (::poll(waits.data(), waits.size(), -1) < 0) continue;  // EINTR
      if (waits[0].revents != 0) return;
      auto client = clients_.begin();
      for (std::size_t i = 2; i < waits.size(); ++i) {
        const bool stays = waits[i].revents == 0 || client->go_on(answer_);
        client = stays ? std::next(client) : clients_.erase(client);
      }
      if (waits[1].revents != 0) accept();
    }
  }

  void accept() {
    Descriptor descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (descriptor.get() < 0) {
      if (errno != EMFILE && errno != ENFILE) return;  // it is gone already
      pollfd ending{.fd = ending_.get(), .events = POLLIN, .revents = 0};
      ::poll(&ending, 1, full_patience_ms);
      return;
    }
    // Those who stay and say nothing do not keep out the next.
    if (clients_.size() == clients_max) clients_.pop_front();
    clients_.emplace_back(std::move(descriptor));
  }

  const std::filesystem::path file_;
  const Answer answer_;
  Descriptor listener_;
  Descriptor ending_;
  std::list<ConnectedClient> clients_;
  std::thread thread_;
};

std::filesystem::path control_socket_file(const std::filesystem::path& state_directory, std::string_view meta_table,
                                          std::uint64_t number) {
  return std::filesystem::absolute(state_directory) /
         (std::string(meta_table) + "-" + std::to_string(number) + ".sock");
}

ControlSocket::ControlSocket(std::filesystem::path file, Answer answer)
    : server_(std::make_unique<Server>(std::move(file), std::move(answer))) {}

ControlSocket::~ControlSocket() = default;

}  // namespace drift::cli
