// ChildProcess: see the header. One poll() waits for all that can happen: room on its stdin, lines on its stdout, text
// on its stderr, so that neither side waits for the other with a full pipe.
#include "cli/script/child_process.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <system_error>
#include <utility>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say that these are C
}

namespace drift::script {

namespace {

// A stop takes 2 s in all.
constexpr std::chrono::milliseconds answer_after_stop{1'000};
constexpr std::chrono::milliseconds grace_after_stop{500};
constexpr std::size_t log_line_bytes_max = 4'000;
constexpr std::size_t kept_line_bytes_max = 400;
constexpr std::size_t kept_bytes_max = 2'500;

std::string text_of(int error) { return std::generic_category().message(error); }

void set_nonblocking(const Descriptor& descriptor) { ::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK); }

// As write(); where the program reads no more, EPIPE and no signal, whatever this process does with SIGPIPE.
ssize_t write_quietly(const Descriptor& to, std::string_view text) {
  sigset_t broken_pipe;
  sigset_t before;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t count = ::write(to.get(), text.data(), text.size());
  const int error = errno;
  constexpr timespec at_once{};
  if (count < 0 && error == EPIPE) ::sigtimedwait(&broken_pipe, nullptr, &at_once);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return count;
}

// Appends what can be read now. False at the end of the stream.
bool read_some(const Descriptor& from, std::string& out) {
  std::array<char, 65'536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count > 0) out.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

// Rounded up, so that what is waited for is not asked for in a loop.
int milliseconds_until(std::chrono::steady_clock::time_point then) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(then - base::machine_clock().steady());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

std::string duration_text(std::chrono::milliseconds time) {
  const auto count = time.count();
  return count % 1'000 == 0 ? std::to_string(count / 1'000) + " s" : std::to_string(count) + " ms";
}

std::string start_problem(int error) {
  if (error == ENOEXEC) return "cannot be started: its first line names no interpreter, such as #!/usr/bin/env python3";
  if (error == ENOENT) return "cannot be started: it, or the interpreter that its first line names, does not exist";
  return "cannot be started: " + text_of(error);
}

}  // namespace

ChildProcess::ChildProcess(ChildSettings settings)
    : settings_(std::move(settings)),
      stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      on_stop_(settings_.stop, [this] { ::eventfd_write(stopped_.get(), 1); }) {
  auto [input, to_input] = make_pipe();
  auto [from_output, output] = make_pipe();
  auto [from_errors, errors] = make_pipe();
  for (const Descriptor* const own : {&to_input, &from_output, &from_errors}) set_nonblocking(*own);
  start(input, output, errors);
  input_ = std::move(to_input);
  output_ = std::move(from_output);
  errors_ = std::move(from_errors);
  ended_ = Descriptor(::pidfd_open(pid_, 0));
}

void ChildProcess::start(Descriptor& input, Descriptor& output, Descriptor& errors) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, input.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, output.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, errors.get(), STDERR_FILENO);
  // Whoever opened the others: a socket or a pipe that is open in a program stays open for all.
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) sigaddset(&signals, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setpgroup(&attributes, group_.id());
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string program = settings_.program.string();
  const std::array<char*, 2> arguments{program.data(), nullptr};
  const int error = ::posix_spawn(&pid_, program.c_str(), &files, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error == 0) return;
  pid_ = 0;
  throw ChildFailure(start_problem(error));
}

std::string ChildProcess::exchange(std::string_view line, std::chrono::milliseconds timeout) {
  if (pid_ == 0) fail_ended();
  Time until = base::machine_clock().steady() + timeout;
  bool stopped = false;
  std::string message(line);
  message += '\n';
  std::string_view unsent = message;
  while (true) {
    if (unsent.empty()) {
      if (auto answer = take_line()) {
        read_errors();  // what it wrote before it answered is logged before the answer counts
        return *std::move(answer);
      }
    }
    if (received_.size() > settings_.line_bytes_max) {
      end({});
      throw ChildFailure("answered with a line of more than " + std::to_string(settings_.line_bytes_max) + " bytes");
    }
    hurry(until, stopped, answer_after_stop);
    if (!wait(unsent, until, !stopped)) {
      end({});
      throw ChildFailure("did not answer " + (stopped ? "after the stop" : "within " + duration_text(timeout)) +
                         ", and was ended");
    }
  }
}

void ChildProcess::hurry(Time& until, bool& stopped, std::chrono::milliseconds left) const noexcept {
  if (stopped || !settings_.stop.stop_requested()) return;
  stopped = true;
  until = std::min(until, base::machine_clock().steady() + left);
}

bool ChildProcess::wait(std::string_view& unsent, Time until, bool for_stop) {
  const int left = milliseconds_until(until);
  if (left == 0) return false;
  std::array<pollfd, 4> polled{{{.fd = output_.get(), .events = POLLIN, .revents = 0},
                                {.fd = errors_.get(), .events = POLLIN, .revents = 0},
                                {.fd = unsent.empty() ? -1 : input_.get(), .events = POLLOUT, .revents = 0},
                                {.fd = for_stop ? stopped_.get() : -1, .events = POLLIN, .revents = 0}}};
  if (::poll(polled.data(), polled.size(), left) < 0) return true;  // a signal was handled
  if (polled[1].revents != 0) read_errors();
  if (polled[2].revents != 0 && !send(unsent)) {
    // What it said before it stopped to listen says most.
    read_some(output_, received_);
    if (received_.find('\n') == std::string::npos) fail_ended();
    unsent = {};
    return true;
  }
  if (polled[0].revents != 0 && !read_some(output_, received_)) fail_ended();
  return true;
}

bool ChildProcess::send(std::string_view& unsent) {
  const ssize_t count = write_quietly(input_, unsent);
  if (count > 0) unsent.remove_prefix(static_cast<std::size_t>(count));
  return count >= 0 || errno == EAGAIN || errno == EINTR;
}

std::optional<std::string> ChildProcess::take_line() {
  const auto end = received_.find('\n', searched_);
  if (end == std::string::npos || end > settings_.line_bytes_max) {
    searched_ = received_.size();
    return std::nullopt;
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  searched_ = 0;
  return line;
}

// It does not answer any more: how it ended says more than that.
void ChildProcess::fail_ended() {
  const bool was_running = pid_ != 0;
  close_input();
  const bool by_itself = was_running && ends_before(base::machine_clock().steady() + settings_.grace);
  end({});
  if (was_running && !by_itself) throw ChildFailure("closed its stdin or its stdout, and was ended");
  if (WIFSIGNALED(status_)) {
    const char* const name = ::sigabbrev_np(WTERMSIG(status_));
    const std::string number = std::to_string(WTERMSIG(status_));
    throw ChildFailure("was ended by the signal " + (name == nullptr ? number : "SIG" + std::string(name)));
  }
  throw ChildFailure("ended with status " + std::to_string(WEXITSTATUS(status_)) + " without an answer");
}

// Reads what it still says. Where the kernel has no pidfd, the end of its stderr must do.
bool ChildProcess::ends_before(Time until) noexcept {
  bool stopped = false;
  while (true) {
    hurry(until, stopped, grace_after_stop);
    if (!ended_.is_open() && !errors_.is_open()) return true;
    const int left = milliseconds_until(until);
    std::array<pollfd, 4> polled{{{.fd = ended_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = errors_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = output_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = stopped ? -1 : stopped_.get(), .events = POLLIN, .revents = 0}}};
    ::poll(polled.data(), polled.size(), left);
    read_errors();
    std::string unwanted;
    if (output_.is_open() && !read_some(output_, unwanted)) output_.close();
    if (polled[0].revents != 0) return true;
    if (left == 0) return false;  // however much it still says
  }
}

void ChildProcess::close_input() noexcept {
  if (input_.is_open()) input_closed_ = base::machine_clock().steady();
  input_.close();
}

void ChildProcess::end(std::chrono::milliseconds patience) noexcept {
  if (pid_ == 0) return;
  close_input();
  if (!ends_before(input_closed_ + patience)) {
    group_.terminate();
    ends_before(base::machine_clock().steady() + settings_.grace);
  }
  group_.kill();  // nothing is left of what it started
  while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  read_errors();
  note_errors(true);
  output_.close();
  errors_.close();
  ended_.close();
}

void ChildProcess::read_errors() noexcept {
  constexpr int rounds_max = 16;  // of 64 KB: one that writes without end is not read without end
  for (int round = 0; errors_.is_open() && round < rounds_max; ++round) {
    const std::size_t before = error_text_.size();
    if (!read_some(errors_, error_text_)) errors_.close();
    if (error_text_.size() == before) break;
    note_errors(false);
  }
}

// `all`: what does not end with a line's end too.
void ChildProcess::note_errors(bool all) {
  std::size_t from = 0;
  for (auto end = error_text_.find('\n'); end != std::string::npos; end = error_text_.find('\n', from)) {
    note(std::string_view(error_text_).substr(from, end - from));
    from = end + 1;
  }
  error_text_.erase(0, from);
  if (!error_text_.empty() && (all || error_text_.size() > log_line_bytes_max)) {
    note(error_text_);
    error_text_.clear();
  }
}

void ChildProcess::note(std::string_view line) {
  const std::string clean = base::one_line(base::trim(line).empty() ? "" : line, log_line_bytes_max);
  if (clean.empty()) return;
  if (settings_.log) settings_.log(clean);
  last_lines_.push_back(base::one_line(base::trim(clean), kept_line_bytes_max));
  last_bytes_ += last_lines_.back().size();
  while (last_bytes_ > kept_bytes_max) {
    last_bytes_ -= last_lines_.front().size();
    last_lines_.pop_front();
  }
}

std::string ChildProcess::last_errors() const {
  std::string text;
  for (const std::string& line : last_lines_) text.append(text.empty() ? "" : " | ").append(line);
  return text;
}

}  // namespace drift::script
