// ControlClient: see the header.
#include "cli/control_client.hpp"

#include "cli/control_socket.hpp"

#include "base/text.hpp"

#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace drift::cli {

namespace {

// A process that was stopped with its terminal (Ctrl-Z) listens and does not answer.
constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

}  // namespace

ControlClient::ControlClient(std::filesystem::path file)
    : file_(std::move(file)), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const UnixAddress address(file_);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (::connect(socket_.get(), address.get(), UnixAddress::size()) == 0) return;
  if (errno == ENOENT || errno == ECONNREFUSED) {
    throw Error("NoSuchRun", "no run listens at " + file_.string());
  }
  throw control_socket_error(file_, "it cannot be reached", errno);
}

std::optional<std::string> ControlClient::ask(std::string_view line) {
  std::string out = std::string(line) + "\n";
  while (!out.empty()) {
    const ssize_t sent = ::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) throw control_socket_error(file_, "its process takes nothing for 10 s");
    if (sent < 0) return std::nullopt;
    out.erase(0, static_cast<std::size_t>(sent));
  }
  while (true) {
    if (const std::size_t end = in_.find('\n'); end != std::string::npos) {
      std::string answer = in_.substr(0, end);
      in_.erase(0, end + 1);
      return answer;
    }
    std::array<char, 4'096> part{};
    const ssize_t got = ::recv(socket_.get(), part.data(), part.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) throw control_socket_error(file_, "its process does not answer within 10 s");
    if (got <= 0) return std::nullopt;
    in_.append(part.data(), static_cast<std::size_t>(got));
  }
}

bool ControlClient::ends_within(std::chrono::milliseconds time) {
  // Between answers it has nothing to say but its end.
  pollfd end{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&end, 1, static_cast<int>(time.count())) > 0;
}

std::vector<std::uint64_t> runs_at(const std::filesystem::path& state_directory, std::string_view meta_table) {
  constexpr std::string_view extension = ".sock";
  const std::string begin = std::string(meta_table) + "-";
  std::vector<std::uint64_t> numbers;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(state_directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(begin) || !name.ends_with(extension)) continue;
    const auto number =
        base::parse_uint64(std::string_view(name).substr(begin.size(), name.size() - begin.size() - extension.size()));
    if (!number) continue;
    try {
      const ControlClient is_there(control_socket_file(state_directory, meta_table, *number));
      numbers.push_back(*number);
    } catch (const Error& error) {
      if (error.code() != "NoSuchRun") throw;  // what a process has left that is gone
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace drift::cli
