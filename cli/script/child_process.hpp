// ChildProcess: a program that answers lines on its stdout to lines on its stdin, and what it says on stderr. It runs
// in a process group of its own, so that a Ctrl-C for this process does not reach it, has none of this process's
// descriptors, and neither it nor what it started outlives the object, or this process, however that ends. For one
// thread at a time; blocks that thread.
#pragma once

#include "cli/script/child_failure.hpp"
#include "cli/script/pipe.hpp"
#include "cli/script/process_group.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace drift::script {

struct ChildSettings {
  std::filesystem::path program = {};
  // Each line of its stderr, as one line of printable text.
  std::function<void(std::string_view)> log = {};
  std::size_t line_bytes_max = std::size_t{16} << 20U;  // of an answer
  // How long it may take to end by itself, and again after SIGTERM; then it is killed.
  std::chrono::milliseconds grace = std::chrono::seconds(2);
  // Once it is requested the program has a second to answer, and half a second to end.
  std::stop_token stop = {};
};

class ChildProcess {
 public:
  // Starts it. Throws ChildFailure when it cannot be started.
  explicit ChildProcess(ChildSettings settings);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { end(settings_.grace); }

  // Sends a line and gives the next line that it writes, both without their end. Throws ChildFailure; then the program
  // has ended.
  std::string exchange(std::string_view line, std::chrono::milliseconds timeout);
  // That nothing more will come, which it may take as its end.
  void close_input() noexcept;
  // Waits for its end, so long since its input was closed, and then sees to it.
  void end(std::chrono::milliseconds patience) noexcept;

  // The last lines of its stderr in one line, " | " between them; empty when it wrote none.
  [[nodiscard]] std::string last_errors() const;
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  void start(Descriptor& input, Descriptor& output, Descriptor& errors);
  // Once there is a stop no more than so much is left; `stopped`: that this has been seen to.
  void hurry(Time& until, bool& stopped, std::chrono::milliseconds left) const noexcept;
  // Waits for what can be read or written until then, or `for_stop` for a stop; false when it is then.
  bool wait(std::string_view& unsent, Time until, bool for_stop);
  bool send(std::string_view& unsent);
  std::optional<std::string> take_line();
  void read_errors() noexcept;
  void note_errors(bool all);
  void note(std::string_view line);
  bool ends_before(Time until) noexcept;
  [[noreturn]] void fail_ended();

  const ChildSettings settings_;
  ProcessGroup group_;
  Descriptor input_, output_, errors_, ended_;
  Descriptor stopped_;  // can be read from once the stop is requested
  Time input_closed_ = {};
  pid_t pid_ = 0;  // 0: has ended
  int status_ = 0;
  std::string received_;      // of its stdout, what is not taken yet
  std::size_t searched_ = 0;  // of that, without a line's end
  std::string error_text_;    // of its stderr, what is no whole line yet
  std::deque<std::string> last_lines_;
  std::size_t last_bytes_ = 0;  // of them
  const std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace drift::script
