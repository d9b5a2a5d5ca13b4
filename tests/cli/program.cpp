// Program: see the header.
#include "cli/program.hpp"

#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace drift::testing {

namespace {

constexpr int patience_ms = 60'000;
constexpr std::string_view removal = "\r\x1b[2K";

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

// Waits for the end of a child, a minute at most; then it is killed.
int end_code(int pid) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  pollfd end{.fd = handle, .events = POLLIN, .revents = 0};
  if (handle >= 0 && ::poll(&end, 1, patience_ms) == 0) {
    ADD_FAILURE() << "the program does not end";
    ::kill(pid, SIGKILL);
  }
  ::close(handle);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return code_of(status);
}

std::string text_of(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

std::vector<std::string> clean_environment(const Variables& variables) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    const bool sets_drift = name.starts_with("AWS_") || name == "NO_COLOR" || name == "TERM" ||
                            (name.starts_with("DRIFT_") && name != "DRIFT_DYNOXIDE");
    if (!sets_drift && !variables.contains(name)) environment.emplace_back(text);
  }
  if (!variables.contains("TERM")) environment.emplace_back("TERM=xterm");
  for (const auto& [name, value] : variables) environment.emplace_back(name).append("=").append(value);
  return environment;
}

Finished run_program(const std::vector<std::string>& command, const Variables& variables) {
  const TemporaryDirectory directory;
  const std::string out = directory.path() / "out";
  const std::string err = directory.path() / "err";
  std::vector<std::string> words = command;
  std::vector<std::string> environment = clean_environment(variables);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);
  int pid = 0;
  const int failed = posix_spawn(&pid, words.front().c_str(), &files, nullptr, pointers_to(words).data(),
                                 pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
  const int code = end_code(pid);
  return {.code = code, .out = text_of(out), .err = text_of(err)};
}

TerminalProgram::TerminalProgram(const std::vector<std::string>& command, const Variables& variables,
                                 unsigned short columns)
    : columns_(columns) {
  std::vector<std::string> words = command;
  std::vector<std::string> environment = clean_environment(variables);
  const std::vector<char*> word_pointers = pointers_to(words);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ == 0) {  // nothing that allocates here: other threads may have held a lock
    ::execve(word_pointers[0], word_pointers.data(), environment_pointers.data());
    ::_exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("cannot make a terminal");
}

TerminalProgram::~TerminalProgram() {
  if (!has_ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(terminal_);
}

bool TerminalProgram::read_more() {
  pollfd more{.fd = terminal_, .events = POLLIN, .revents = 0};
  if (::poll(&more, 1, patience_ms) <= 0) return false;
  std::array<char, 4'096> part{};
  const ssize_t got = ::read(terminal_, part.data(), part.size());
  if (got <= 0) return false;  // EIO: nobody has the terminal any more
  output_.append(part.data(), static_cast<std::size_t>(got));
  return true;
}

bool TerminalProgram::wait_for(std::string_view text) {
  while (true) {
    if (const std::size_t at = output_.find(text, waited_for_); at != std::string::npos) {
      waited_for_ = at + text.size();
      return true;
    }
    if (read_more()) continue;
    ADD_FAILURE() << "\"" << text << "\" was not printed, but:\n" << output_;
    return false;
  }
}

// As the key does: the terminal makes a signal of it.
void TerminalProgram::press_ctrl_c() const { ASSERT_EQ(::write(terminal_, "\x03", 1), 1); }

int TerminalProgram::wait() {
  while (read_more()) continue;
  has_ended_ = true;
  return end_code(pid_);
}

std::vector<std::string> TerminalProgram::lines() const {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < output_.size();) {
    const std::size_t end = output_.find('\r', at);
    lines.push_back(output_.substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + (output_.compare(end, removal.size(), removal) == 0 ? removal.size() : 1);
    if (at < output_.size() && output_[at] == '\n') ++at;
  }
  return lines;
}

std::vector<std::string> TerminalProgram::screen() const {
  std::vector<std::string> rows(1);
  std::size_t column = 0;
  for (std::size_t at = 0; at < output_.size(); ++at) {
    const char c = output_[at];
    if (c == '\r') {
      column = 0;
    } else if (c == '\n') {
      rows.emplace_back();
    } else if (output_.compare(at, 4, "\x1b[2K") == 0) {
      rows.back().clear();
      at += 3;
    } else {
      if (column == columns_) {  // it wraps
        rows.emplace_back();
        column = 0;
      }
      rows.back().resize(std::max(rows.back().size(), column + 1), ' ');
      rows.back()[column++] = c;
    }
  }
  return rows;
}

}  // namespace drift::testing
