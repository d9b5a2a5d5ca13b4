#include "client/child_process.hpp"

#include "base/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say that these are C
}

namespace drift::client {
namespace {

using base::Descriptor;

struct Pipe {
  Descriptor read;
  Descriptor write;
  bool ok = false;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);  // what outlives the program may keep the other end open
  return {.read = Descriptor(ends[0]), .write = Descriptor(ends[1]), .ok = true};
}

// What can be read now; false at the end of the stream.
bool drain(const Descriptor& from, std::string& out, std::size_t bytes_max) {
  std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  while (true) {
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    const auto kept = std::min(static_cast<std::size_t>(count), bytes_max - std::min(bytes_max, out.size()));
    out.append(buffer.data(), kept);
  }
}

int start(const std::vector<std::string>& words, const Pipe& output, const Pipe& errors, pid_t& pid) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  // posix_spawn does not change them: its type is that of main().
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.write.get(), STDERR_FILENO);
  // What this process ignores the program need not.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  // In this process's group, so that it may ask for a password on the terminal.
  const int error = ::posix_spawnp(&pid, words.front().c_str(), &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

int wait_for_end(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Reads both streams until the program has ended. False when the time was up before.
bool follow(pid_t pid, Pipe& output, Pipe& errors, base::Clock& clock, base::SteadyTime end, std::size_t bytes_max,
            ProcessOutcome& outcome) {
  const Descriptor ended(::pidfd_open(pid, 0));
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.steady());
    if (left.count() <= 0) return false;
    std::array<pollfd, 3> polled{{{.fd = ended.get(), .events = POLLIN, .revents = 0},
                                  {.fd = output.read.get(), .events = POLLIN, .revents = 0},
                                  {.fd = errors.read.get(), .events = POLLIN, .revents = 0}}};
    ::poll(polled.data(), polled.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 1'000)));
    if (output.read.is_open() && !drain(output.read, outcome.output, bytes_max)) output.read.close();
    if (errors.read.is_open() && !drain(errors.read, outcome.errors, bytes_max)) errors.read.close();
    if (polled[0].revents != 0) return true;
    // Where the kernel has no pidfd, the end of both streams must do.
    if (!ended.is_open() && !output.read.is_open() && !errors.read.is_open()) return true;
  }
}

}  // namespace

ProcessOutcome run_process(const std::vector<std::string>& words, base::Clock& clock, std::chrono::milliseconds timeout,
                           std::size_t bytes_max) {
  ProcessOutcome outcome;
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  if (!output.ok || !errors.ok) return {.end = ProcessOutcome::End::not_started, .status = errno};
  pid_t pid = 0;
  if (const int error = start(words, output, errors, pid); error != 0) {
    return {.end = ProcessOutcome::End::not_started, .status = error};
  }
  output.write.close();
  errors.write.close();
  if (!follow(pid, output, errors, clock, clock.steady() + timeout, bytes_max, outcome)) {
    outcome.end = ProcessOutcome::End::timed_out;
    ::kill(pid, SIGKILL);
  }
  outcome.status = wait_for_end(pid);
  return outcome;
}

}  // namespace drift::client
