// PageQueue: the pages between the scanner, the callback threads and the journal. Items are dealt in scan order; a page
// is handed on when all its items are done and all pages before it are, so cursors move in order. For several threads.
#pragma once

#include "journal/records.hpp"
#include "value/page.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
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
  std::vector<std::vector<journal::ActionRecord>> groups;  // what each item's callback queued
};

class PageQueue {
 public:
  using HandOn = std::function<void(PageWork&)>;

  // `hand_on` is called for each finished page, in scan order, one call at a time.
  explicit PageQueue(HandOn hand_on) : hand_on_(std::move(hand_on)) {}

  void push(std::shared_ptr<PageWork> work);
  // No page will follow.
  void close();
  // Nothing more is dealt; what is unfinished is not handed on.
  void abandon();

  // A page with items to deal; waits for one. Null: there will be none.
  std::shared_ptr<PageWork> current();
  // The last of the page's items is done.
  void complete(PageWork& work);

 private:
  void hand_on_finished();

  const HandOn hand_on_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<PageWork>> pages_;
  bool closed_ = false;
  bool abandoned_ = false;
};

}  // namespace drift::migrate
