// SignalStop: a handler may do next to nothing, so it writes a byte into a pipe; a thread that reads it requests the
// stop. The handler puts the signal's default action back, for the second signal.
#include <drift/signal_stop.hpp>

#include <drift/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

namespace drift {

namespace {

// What the handler can reach: the pipe's end that it writes to; -1: there is no SignalStop.
std::atomic<int> handler_pipe = -1;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a handler has no
                                     // other way to anything
constexpr std::array<int, 2> signals = {SIGINT, SIGTERM};

extern "C" void on_signal(int number) {
  const int error = errno;
  const char byte = 's';
  std::signal(number, SIG_DFL);  // first: who sees the stop may send the second one at once
  [[maybe_unused]] const auto written = ::write(handler_pipe, &byte, 1);
  errno = error;
}

}  // namespace

struct SignalStop::State {
  std::array<int, 2> ends{-1, -1};
  std::array<struct sigaction, signals.size()> before{};
  std::stop_source stop;
  std::thread reader;
};

SignalStop::SignalStop() : state_(std::make_unique<State>()) {
  if (::pipe2(state_->ends.data(), O_CLOEXEC) != 0) throw Error("ConfigError", "a pipe for signals cannot be made");
  int none = -1;
  if (!handler_pipe.compare_exchange_strong(none, state_->ends[1])) {
    for (const int end : state_->ends) ::close(end);
    throw Error("ConfigError", "there is a SignalStop already: one at a time in a process");
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &state_->before[i]);
  state_->reader = std::thread([state = state_.get()] {
    char byte = 0;
    while (::read(state->ends[0], &byte, 1) < 0 && errno == EINTR) continue;
    if (byte == 's') state->stop.request_stop();
  });
}

SignalStop::~SignalStop() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &state_->before[i], nullptr);
  handler_pipe = -1;
  const char byte = 'e';
  [[maybe_unused]] const auto written = ::write(state_->ends[1], &byte, 1);
  state_->reader.join();
  for (const int end : state_->ends) ::close(end);
}

std::stop_token SignalStop::token() const noexcept { return state_->stop.get_token(); }

}  // namespace drift
