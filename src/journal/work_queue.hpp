// WorkQueue: what was handed in to a JournalWriter and waits for the next commit, and the rule of when that is: at
// 1,024 records, 5 ms after the first of them, at once when someone waits for an answer or for the send mark; what only
// moves cursors waits for a second. put() may be called from any thread, take() from one.
#pragma once

#include "base/clock.hpp"
#include "journal/records.hpp"

#include <drift/error.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

namespace drift::journal {

class Journal;

struct PageWork {
  PageRecord page;
  std::function<void(const std::optional<Error>&)> done;
};
struct OutcomeWork {
  ActionOutcome outcome;
  std::function<void(const std::optional<Error>&)> done;
};
struct MarkWork {
  std::uint64_t place = 0;
  std::function<void(const std::optional<Error>&)> done;
};
// Something that is done alone, after all before it is durable: with the journal, or with the error that ended all
// work.
struct CallWork {
  std::function<void(Journal&)> call;
  std::function<void(const std::optional<Error>&)> failed;
};
using Work = std::variant<PageWork, OutcomeWork, MarkWork, CallWork>;

// How many records a piece of work counts as, and their bytes.
struct Weight {
  std::size_t records = 0;
  std::size_t bytes = 0;
};
Weight weigh(const Work& work) noexcept;

class WorkQueue {
 public:
  explicit WorkQueue(base::Clock& clock) noexcept : clock_(&clock) {}

  void put(Work&& work);
  // Waits for the time to commit, and gives all that is there, in order, into `taken`, which is empty before; what
  // memory it has is used for what comes next. Empty once end() was called and nothing is left.
  void take(std::vector<Work>& taken);
  // No more waiting: what is there is given out at once.
  void end();

 private:
  void wait_for_commit(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::optional<base::SteadyTime> commit_time() const noexcept;

  base::Clock* clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Work> queue_;
  std::size_t records_ = 0;          // in the queue, without pages that only move a cursor
  std::size_t awaited_ = 0;          // marks and calls: someone waits for each
  base::SteadyTime first_record_{};  // when the oldest of them came
  base::SteadyTime first_cursor_{};
  bool cursor_waits_ = false;
  bool ended_ = false;
};

}  // namespace drift::journal
