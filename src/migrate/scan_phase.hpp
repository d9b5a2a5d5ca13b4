// ScanPhase: every item of the table or the index, each with one call of the callback, and what the callbacks queued,
// in the journal. It can be paused, and the number of callbacks at once be changed, while it goes on (Controls).
#pragma once

#include "migrate/callback_caller.hpp"
#include "migrate/page_queue.hpp"
#include "migrate/run_context.hpp"
#include "migrate/scanner.hpp"
#include "migrate/seen_items.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace drift::migrate {

class ScanPhase {
 public:
  explicit ScanPhase(RunContext& run);

  // Goes on from the cursors, one for each segment and one of them unfinished, and returns when the table's end is
  // reached and everything is durable, or when the run is halted and the running callbacks have returned. Errors are in
  // the run's log. Throws the journal's error.
  void execute(const std::vector<journal::Cursor>& cursors);

 private:
  // A page came; no page will follow.
  void take(std::shared_ptr<PageWork> work);
  void take_end();
  // Does what the controls say now.
  void follow_controls();
  // Starts workers, as many as there are to be, and returns when all have ended.
  void run_workers();
  void start_worker(std::vector<std::jthread>& workers);
  void work(std::size_t worker);
  // What the callback queued; after an error within the budget, that it is to be called again. Nothing: it has given
  // up because of a stop.
  std::optional<std::vector<journal::ActionRecord>> call_back(PageWork& page, const Item& item, CallbackCaller& caller);
  void check_disk(std::size_t page_bytes);
  void hand_on(PageWork& work);
  // `actions` were queued by a page of so many bytes.
  void append(journal::PageRecord page, std::uint64_t actions, std::size_t bytes);

  RunContext& run_;
  std::size_t bytes_since_check_ = 0;  // of pages, since the disk was looked at
  PageQueue queue_;
  std::shared_ptr<SeenItems> seen_;  // of an index; else null
  std::shared_ptr<Scanner> scanner_;
  std::mutex following_;  // so that what the controls said last is what holds
};

}  // namespace drift::migrate
