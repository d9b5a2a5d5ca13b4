// PageQueue: the pages between the scanner, the callback threads and the journal. Items are dealt in the order in which
// their pages came; a page is handed on when all its items are done and all pages of its segment before it are, so each
// segment's cursor moves in order and no segment waits for another. This is the one place where the threads that call
// back wait for work. For several threads.
#pragma once

#include "journal/records.hpp"
#include "value/page.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace drift::migrate {

// A page at work.
struct PageWork {
  PageWork(std::shared_ptr<const value::Page> the_page, journal::PageRecord the_record)
      : page(std::move(the_page)),
        record(std::move(the_record)),
        bytes(page->bytes()),
        unfinished(page->size()),
        groups(page->size()) {}

  std::shared_ptr<const value::Page> page;  // reset when its items are done
  journal::PageRecord record;
  std::size_t bytes;
  std::atomic<std::size_t> next = 0;                       // the next item to deal
  std::atomic<std::size_t> unfinished;                     // items whose callback has not returned
  std::atomic<std::size_t> failed = 0;                     // callbacks
  std::vector<bool> repeated = {};                         // items that came before; empty: none
  std::vector<std::vector<journal::ActionRecord>> groups;  // what each item's callback queued
};

class PageQueue {
 public:
  using HandOn = std::function<void(PageWork&)>;

  // `hand_on` is called for each finished page, those of a segment in their order, one call at a time, on the thread
  // that finished it or on one that is just handing on another.
  explicit PageQueue(HandOn hand_on) : hand_on_(std::move(hand_on)) {}

  void push(std::shared_ptr<PageWork> work);
  // No page will follow.
  void close();
  // Nothing more is dealt; what is unfinished is not handed on.
  void abandon();

  // How many workers are dealt items from now on: those numbered below `count`. 0, as at first: none, the scan pauses.
  void set_workers(std::size_t count);
  // Waits until there are to be more workers than `started`, or there is nothing left to deal: false.
  bool wants_more_than(std::size_t started);

  // A page with items to deal for the worker of that number; waits until there is one, and the worker is to have it.
  // Null: nothing is left to deal.
  std::shared_ptr<PageWork> current(std::size_t worker);
  // Whether the worker may go on with the next item of its page.
  [[nodiscard]] bool admits(std::size_t worker) const noexcept { return worker < workers_; }
  // The last of the page's items is done.
  void complete(PageWork& work);

 private:
  // True when there is nothing to deal and will not be. Drops the pages in front that are dealt out.
  bool is_over();
  void hand_on_finished(std::unique_lock<std::mutex>& lock, std::uint32_t segment);

  const HandOn hand_on_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<PageWork>> dealing_;  // in the order of their arrival; those in front may be dealt out
  // Of each segment, the pages that are not handed on, in their order.
  std::unordered_map<std::uint32_t, std::deque<std::shared_ptr<PageWork>>> waiting_;
  std::deque<std::shared_ptr<PageWork>> finished_;  // whose turn to be handed on has come
  bool handing_on_ = false;                         // a thread is at it
  bool closed_ = false;
  bool abandoned_ = false;
  std::atomic<std::size_t> workers_ = 0;  // changed under the mutex
};

}  // namespace drift::migrate
