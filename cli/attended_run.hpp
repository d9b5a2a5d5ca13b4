// AttendedRun: what is around a run while it goes on in this command: a Ctrl-C or a kill stops it so that it can be
// gone on with, other processes see and steer it through its control socket, and its progress is shown or told as
// events.
#pragma once

#include "cli/control_socket.hpp"
#include "cli/progress_view.hpp"
#include "cli/run_events.hpp"
#include "cli/session.hpp"

#include <drift/error.hpp>
#include <drift/run_options.hpp>
#include <drift/signal_stop.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>

namespace drift::cli {

class AttendedRun {
 public:
  // One at a time in a process. Where there can be no control socket it says so and does without. While it waits for
  // another process's run the socket is that one's; it is this one's once the run is.
  AttendedRun(Session& session, RunName name);

  // The session's, with what this object needs; they refer to it.
  RunOptions options();

 private:
  void stop(const char* why);
  void show(const Progress& progress);
  [[nodiscard]] std::string status() const;
  // Why there is none, where there is none.
  std::optional<Error> open_control_socket();
  void be_reached();

  using Time = std::chrono::steady_clock::time_point;

  Session& session_;
  const RunName name_;
  mutable std::mutex mutex_;  // of progress_
  Progress progress_;
  ProgressView view_;
  std::optional<Time> told_ = {};  // the last event
  const SignalStop signal_;
  std::stop_callback<std::function<void()>> on_signal_;
  bool said_unreachable_ = false;
  std::unique_ptr<ControlSocket> control_socket_;
};

}  // namespace drift::cli
