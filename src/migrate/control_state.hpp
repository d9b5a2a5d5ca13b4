// ControlState: what Controls hold, and who is told when it changes. For several threads at once.
#pragma once

#include <drift/rate.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace drift::migrate {

class ControlState {
 public:
  // What was set; absent: the options of the run hold.
  struct Values {
    bool paused = false;
    std::optional<Rate> read_rate = {};
    std::optional<Rate> write_rate = {};
    std::optional<std::size_t> concurrency = {};
  };

  void change(const std::function<void(Values&)>& how);
  [[nodiscard]] Values values() const;

  // Is called after each change, on the thread that made it, until the listener is destroyed. It must not block.
  class Listener {
   public:
    Listener(ControlState& state, std::function<void()> changed);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

   private:
    ControlState& state_;
    std::uint64_t id_;
  };

 private:
  mutable std::mutex mutex_;
  Values values_;
  std::mutex listeners_mutex_;  // held while they are called: none is called after it was destroyed
  std::map<std::uint64_t, std::function<void()>> listeners_;
  std::uint64_t last_listener_ = 0;
};

}  // namespace drift::migrate
