// RunnerProcess: see the header.
#include "live/runner_process.hpp"

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace drift::testing {

RunnerProcess::RunnerProcess(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  std::string program = LIVE_RUNNER;
  std::vector<std::string> texts = arguments;
  std::vector<char*> pointers{program.data()};
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  const int failed = posix_spawn(&pid_, program.c_str(), &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  close(ends[1]);
  output_ = ends[0];
  if (failed != 0) throw std::runtime_error("cannot start " + program);
}

RunnerProcess::~RunnerProcess() {
  if (!has_ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
}

bool RunnerProcess::wait_until_stopped() {
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
  has_ended_ = !WIFSTOPPED(status);
  return WIFSTOPPED(status);
}

void RunnerProcess::wake() const { kill(pid_, SIGCONT); }

std::string RunnerProcess::wait() {
  std::string said;
  std::array<char, 4'096> part{};
  for (ssize_t got = 0; (got = read(output_, part.data(), part.size())) > 0;) {
    said.append(part.data(), static_cast<std::size_t>(got));
  }
  if (!has_ended_) waitpid(pid_, nullptr, 0);
  has_ended_ = true;
  return said;
}

}  // namespace drift::testing
