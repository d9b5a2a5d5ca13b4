// See machine.hpp.
#include "demo/machine.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigwait is POSIX's, not <csignal>'s
#include <sys/resource.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace demo {

namespace {

constexpr int wake_up = SIGUSR1;  // ends the waiting at the end of the program

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void wait_for_signal(const std::stop_source& stop) {
  sigset_t set = end_signals();
  sigaddset(&set, wake_up);
  int signal = 0;
  sigwait(&set, &signal);
  if (signal == wake_up) return;
  stop.request_stop();
  // The next one has its usual effect, here, while this thread waits for the end.
  const sigset_t ends = end_signals();
  pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
  sigset_t only_wake_up;
  sigemptyset(&only_wake_up);
  sigaddset(&only_wake_up, wake_up);
  sigwait(&only_wake_up, &signal);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "drift-demo-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make a temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // what cannot be removed stays in the directory for such things
  std::filesystem::remove_all(path_, ignored);
}

Interrupts::Interrupts() {
  sigset_t blocked = end_signals();
  sigaddset(&blocked, wake_up);
  sigaddset(&blocked, SIGPIPE);  // nobody reads any longer: what was begun is still ended and removed in order
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  waiter_ = std::jthread(wait_for_signal, stop_);
}

Interrupts::~Interrupts() { pthread_kill(waiter_.native_handle(), wake_up); }

std::uint64_t memory_peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr std::uint64_t kib = 1024;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * kib;
}

}  // namespace demo
