// SessionStop: while it lives, a Ctrl-C or an orderly kill requests the session's stop. For verbs that run nothing
// (AttendedRun has its own words for those that do).
#pragma once

#include "cli/session.hpp"

#include <drift/signal_stop.hpp>

#include <functional>
#include <stop_token>

namespace drift::cli {

class SessionStop {
 public:
  explicit SessionStop(Session& session) : on_signal_(signal_.token(), [&session] { session.stop().request_stop(); }) {}
  SessionStop(const SessionStop&) = delete;
  SessionStop& operator=(const SessionStop&) = delete;

 private:
  const SignalStop signal_;
  std::stop_callback<std::function<void()>> on_signal_;
};

}  // namespace drift::cli
