// Scanner: reads the segments of a table or an index, with consistent reads where there are any, all at once, each page
// after page from its cursor, ahead of the callbacks. What it reads ahead is bounded by bytes over all segments: a
// request on its way has room reserved for the page that is expected, a page has its own bytes until it is released.
// Segments take turns, so each makes progress. It runs on the loop; the public methods may be called from any thread.
#pragma once

#include "client/core.hpp"
#include "migrate/page_queue.hpp"

#include <drift/table.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace drift::migrate {

struct ScanTarget {
  std::string table = {};
  std::shared_ptr<const KeySchema> key = {};
  std::vector<journal::Cursor> cursors = {};  // one for each segment, in their order
  Expression filter = {};                     // empty: all items
  std::string index = {};                     // of the table; empty: the table itself
  bool consistent = true;                     // reads
};

// When another page may be asked for, and how large a one. Called on the loop.
class PageGate {
 public:
  PageGate() = default;
  PageGate(const PageGate&) = delete;
  PageGate& operator=(const PageGate&) = delete;
  virtual ~PageGate() = default;

  // Whether a page of `segment` that consumes about so many RCU may be asked for now. When the answer may have changed,
  // Scanner::read_on has to be called.
  virtual bool may_read(std::uint32_t segment, double units) = 0;
  // The most RCU that one page should consume; empty: as many as it can have.
  [[nodiscard]] virtual std::optional<double> units_max() const = 0;

  // A page is asked for. What is given is handed in with what became of it: it came; it was throttled; it did not come.
  virtual double asked(std::uint32_t segment, double units) = 0;
  virtual void came(std::uint32_t segment, double taken, double units) = 0;
  virtual void refused(std::uint32_t segment, double taken, const client::CallResult& result) = 0;
  virtual void ended(std::uint32_t segment, double taken) = 0;
};

class Scanner : public std::enable_shared_from_this<Scanner> {
 public:
  static constexpr std::size_t read_ahead_bytes_max = std::size_t{4} << 20U;
  // A page ends at 1 MB of the table or at its Limit, whichever comes first. The Limit is twice the items of the page
  // before, within these bounds: so tiny items do not make pages whose actions fill the memory, and a local server that
  // reads as many rows as the Limit allows does not read the rest of the table for each page. And all segments together
  // have `page_items_max`, so that a window of that many actions of the queue comes from all ranges of the table.
  static constexpr std::size_t page_items_min = 64;
  static constexpr std::size_t page_items_first = 1'024;
  static constexpr std::size_t page_items_max = 4'096;
  // What is reserved for a page: at least this, since a request has a connection with its buffers; and what a page can
  // have in the table. In JSON it may be larger; once such a page came, that much is expected.
  static constexpr std::size_t reserved_bytes_min = std::size_t{64} << 10U;
  static constexpr std::size_t page_bytes_max = std::size_t{1} << 20U;

  // All are called on the loop; the first three not any more when wait_until_idle() has returned.
  struct Hooks {
    std::function<void(std::shared_ptr<PageWork>)> page;
    std::function<void()> end;  // of the last segment
    std::function<void(const Error&)> failure;
    std::shared_ptr<PageGate> gate;
  };

  Scanner(client::ClientCore& core, ScanTarget target, std::stop_token stop, Hooks hooks);

  // Asks for as many pages as may be asked for now: to begin with, and whenever more may be asked for.
  void read_on();
  // `bytes` of pages have left: there is room to read on.
  void release(std::size_t bytes);
  // Waits until no request is under way; with a stop requested, or at the table's end, none will follow.
  void wait_until_idle();

 private:
  struct Segment {
    ScanOptions options = {};
    std::string last_key = {};
    std::size_t item_bytes = 0;   // on the average of its last page with items
    std::uint32_t throttled = 0;  // requests for the page that is to come next
  };

  void ask_while_allowed();
  Segment* next_to_ask();
  void ask(Segment& segment);
  struct Asked {
    std::size_t bytes = 0;  // reserved
    double units = 0;       // taken at the gate
  };
  void receive(Segment& segment, Asked asked, client::CallResult result);
  void deliver(Segment& segment, double taken, client::CallResult result);
  void learn(Segment& segment, const value::Page& page);
  [[nodiscard]] std::size_t items_read(const value::Page& page) const;
  [[nodiscard]] std::uint32_t limit_of(const Segment& segment) const;
  [[nodiscard]] std::size_t expected_bytes(const Segment& segment) const;
  [[nodiscard]] double expected_units(const Segment& segment) const;

  client::ClientCore& core_;
  const ScanTarget target_;
  const std::stop_token stop_;
  const Hooks hooks_;
  const std::size_t page_items_max_;  // of these segments

  // Only the loop touches these.
  std::vector<Segment> segments_;
  std::deque<Segment*> turns_;  // segments with pages left and none asked for, in the order in which they may ask
  std::size_t unfinished_ = 0;  // segments
  std::size_t held_bytes_ = 0;  // reserved, or of pages that are not released
  std::size_t largest_page_;    // bytes, or page_bytes_max
  // Of all pages, and to begin with of one as large as can be: so it takes some pages to trust that they are small.
  std::uint64_t bytes_read_ = page_bytes_max;
  std::uint64_t items_read_ = page_items_min;
  double units_read_ = 0;
  bool failed_ = false;

  std::mutex mutex_;
  std::condition_variable idle_changed_;
  std::size_t under_way_ = 0;
};

}  // namespace drift::migrate
