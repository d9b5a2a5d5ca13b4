// See guarded_process.hpp: the owner's side. What runs after the fork is in guardian.cpp.
#include "local/guarded_process.hpp"

#include "local/guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace drift::local {

namespace {

Descriptor checked(int number, const char* what) {
  if (number < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(number);
}

std::string describe(int status) {
  if (WIFEXITED(status)) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  return "was ended by signal " + std::to_string(number) + " (" + sigdescr_np(number) + ")";
}

}  // namespace

GuardedProcess::GuardedProcess(const std::vector<std::string>& command)
    : output_(checked(memfd_create("drift-local-output", MFD_CLOEXEC), "cannot make a memory file")) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  const Descriptor null_device = checked(open("/dev/null", O_RDONLY | O_CLOEXEC), "cannot open /dev/null");
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make a socket pair");
  }
  guardian_end_ = Descriptor(ends[0]);
  const Descriptor owner_end(ends[1]);
  const GuardianPlan plan{.command = arguments.data(),
                          .environment = environ,
                          .null_device = null_device.get(),
                          .output = output_.get(),
                          .owner = owner_end.get()};
  guardian_ = fork();
  if (guardian_ == 0) run_guardian(plan);
  if (guardian_ < 0) throw std::system_error(errno, std::generic_category(), "cannot fork");
}

void GuardedProcess::wait_for_news(std::chrono::milliseconds patience) {
  pollfd watched{guardian_end_.get(), POLLIN, 0};
  poll(&watched, 1, static_cast<int>(patience.count()));
  take_news();
}

bool GuardedProcess::running() {
  take_news();
  return ending_.empty();
}

void GuardedProcess::take_news() {
  while (ending_.empty()) {
    News told;
    const ssize_t got = recv(guardian_end_.get(), &told, sizeof told, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;  // nothing new
    if (got != sizeof told) {
      ending_ = "was ended, because its guardian process was killed";
    } else if (told.kind == News::Kind::started) {
      pid_ = told.value;
    } else if (told.kind == News::Kind::not_started) {
      ending_ = "could not be started: " + std::generic_category().message(told.value);
    } else {
      ending_ = describe(told.value);
    }
  }
  reap();
}

// The guardian exits right after its last news.
void GuardedProcess::reap() noexcept {
  if (guardian_ == 0) return;
  while (waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) continue;
  guardian_ = 0;
}

std::string GuardedProcess::output(std::size_t bytes_max) const {
  struct stat facts = {};
  if (fstat(output_.get(), &facts) != 0) return {};
  const auto printed = static_cast<std::size_t>(facts.st_size);
  std::string text(std::min(printed, bytes_max), '\0');
  const ssize_t got = pread(output_.get(), text.data(), text.size(), static_cast<off_t>(printed - text.size()));
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

void GuardedProcess::stop() noexcept {
  if (guardian_ == 0) return;
  shutdown(guardian_end_.get(), SHUT_WR);  // not close: a process forked from this one may hold the socket open
  reap();
  ending_ = "was stopped";
}

}  // namespace drift::local
