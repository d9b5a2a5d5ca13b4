// Lives: work done in processes of its own, which may end at any moment. The processes that fork have no threads.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>

namespace drift::testing::crash {

// Forks, does `work` in the child, and waits for it. Empty when the child returned an empty text; what it returned or
// threw; "ended at its event"; or how else it ended, a minute of silence included.
std::string live_once(const std::function<std::string()>& work);
extern const char* const ended_at_event;

// Does `work` for each number below `count` in `workers` processes; each takes the next number when it is free.
void in_parallel(std::size_t workers, std::size_t count, const std::function<void(std::size_t)>& work);

// A text in shared memory.
struct SharedText {
  std::array<char, 600> text;

  void set(const std::string& value);
  [[nodiscard]] std::string get() const { return text.data(); }
};

}  // namespace drift::testing::crash
