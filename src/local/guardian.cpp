// See guardian.hpp. The guardian is a session of its own: a Ctrl-C meant for the owner must not end the server while
// the owner still writes to it.
#include "local/guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction and kill are POSIX's, not <csignal>'s
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace drift::local {

namespace {

// Where the descriptors are after place_descriptors: standard in, out and error, and this one.
constexpr int owner = 3;
constexpr int patience_ms = 2000;  // from SIGTERM to SIGKILL: a request in progress ends in milliseconds

void tell(News::Kind kind, int value) noexcept {
  const News told{kind, value};
  // When the owner has ended there is nobody to tell.
  [[maybe_unused]] const ssize_t sent = send(owner, &told, sizeof told, MSG_NOSIGNAL);
}

// The owner's handlers would run code of a program that does not exist here.
void reset_signals() noexcept {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Leaves exactly the descriptors 0 to 3 open: one of the owner's other pipes or sockets held open here would never
// reach its end. Out of the way first, because an owner without standard streams may have them there already.
bool place_descriptors(const GuardianPlan& plan) noexcept {
  constexpr int out_of_the_way = 10;
  const int null_device = fcntl(plan.null_device, F_DUPFD, out_of_the_way);
  const int output = fcntl(plan.output, F_DUPFD, out_of_the_way);
  const int owner_from = fcntl(plan.owner, F_DUPFD, out_of_the_way);
  const bool placed = dup2(null_device, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
                      dup2(output, STDERR_FILENO) >= 0 && dup3(owner_from, owner, O_CLOEXEC) >= 0;
  return placed && close_range(owner + 1, ~0U, 0) == 0;
}

// By number: glibc 2.36 declares pidfd_open without C linkage, which a C++ program cannot link.
int open_pidfd(pid_t process) noexcept { return static_cast<int>(syscall(SYS_pidfd_open, process, 0)); }

[[noreturn]] void become_program(const GuardianPlan& plan, pid_t guardian) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != guardian) _exit(1);  // it was killed before the line above
  execve(plan.command[0], plan.command, plan.environment);
  tell(News::Kind::not_started, errno);
  _exit(127);
}

[[noreturn]] void watch(pid_t program, int program_end) noexcept {
  pollfd watched[] = {{owner, POLLIN, 0}, {program_end, POLLIN, 0}};
  bool asked = false;
  for (;;) {
    const int ready = poll(watched, 2, asked ? patience_ms : -1);
    int status = 0;
    if (waitpid(program, &status, WNOHANG) == program) {
      tell(News::Kind::ended, status);
      _exit(0);
    }
    if (ready == 0) kill(program, SIGKILL);
    if (ready > 0 && !asked && watched[0].revents != 0) {
      kill(program, SIGTERM);
      asked = true;
      watched[0].fd = -1;
    }
  }
}

}  // namespace

void run_guardian(const GuardianPlan& plan) noexcept {
  reset_signals();
  setsid();
  prctl(PR_SET_NAME, "drift-guardian");
  if (!place_descriptors(plan)) _exit(1);
  const pid_t guardian = getpid();
  const pid_t program = _Fork();
  if (program == 0) become_program(plan, guardian);
  const int program_end = program > 0 ? open_pidfd(program) : -1;
  if (program_end < 0) {
    tell(News::Kind::not_started, errno);
    _exit(1);  // which ends the program, if there is one
  }
  tell(News::Kind::started, program);
  watch(program, program_end);
}

}  // namespace drift::local
