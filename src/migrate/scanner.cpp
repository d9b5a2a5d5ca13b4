// Scanner: see the header. A page may be empty and still have a LastEvaluatedKey (DynamoDB API Reference, Scan): only a
// page without one is the last of its segment.
#include "migrate/scanner.hpp"

#include "client/request_json.hpp"
#include "value/page.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

Scanner::Scanner(client::ClientCore& core, ScanTarget target, std::stop_token stop, Hooks hooks)
    : core_(core),
      target_(std::move(target)),
      stop_(std::move(stop)),
      hooks_(std::move(hooks)),
      page_items_max_(std::max(page_items_min, page_items_max / target_.cursors.size())),
      segments_(target_.cursors.size()),
      largest_page_(page_bytes_max) {
  for (const journal::Cursor& cursor : target_.cursors) {
    if (cursor.finished) continue;
    Segment& segment = segments_[cursor.segment];
    segment.options = {.consistent = target_.consistent,
                       .index = target_.index,
                       .filter = target_.filter,
                       .segment = cursor.segment,
                       .total_segments = static_cast<std::uint32_t>(segments_.size()),
                       .page_limit = static_cast<std::uint32_t>(std::min(page_items_first, page_items_max_))};
    segment.last_key = cursor.last_key;
    turns_.push_back(&segment);
  }
  unfinished_ = turns_.size();
}

void Scanner::read_on() {
  core_.loop().post([self = shared_from_this()] { self->ask_while_allowed(); });
}

void Scanner::release(std::size_t bytes) {
  core_.loop().post([self = shared_from_this(), bytes] {
    self->held_bytes_ -= bytes;
    self->ask_while_allowed();
  });
}

void Scanner::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_changed_.wait(lock, [this] { return under_way_ == 0; });
}

void Scanner::ask_while_allowed() {
  while (Segment* segment = next_to_ask()) ask(*segment);
}

// The one place that says whether another page may be asked for now, and of which segment: of the first one whose turn
// it is that the gate lets through. One page is always allowed, however large. Null: none may.
Scanner::Segment* Scanner::next_to_ask() {
  if (failed_ || stop_.stop_requested()) return nullptr;
  for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
    Segment* segment = *turn;
    if (held_bytes_ > 0 && held_bytes_ + expected_bytes(*segment) > read_ahead_bytes_max) return nullptr;
    if (!hooks_.gate->may_read(segment->options.segment, expected_units(*segment))) continue;
    turns_.erase(turn);
    return segment;
  }
  return nullptr;
}

void Scanner::ask(Segment& segment) {
  const Asked asked{.bytes = expected_bytes(segment),
                    .units = hooks_.gate->asked(segment.options.segment, expected_units(segment))};
  held_bytes_ += asked.bytes;
  {
    const std::scoped_lock lock(mutex_);
    ++under_way_;
  }
  static const client::Operation scan = client::Operation::named("Scan");
  ScanOptions options = segment.options;
  options.page_limit = limit_of(segment);
  const client::ScanRequest request{.table = target_.table, .options = &options, .start_key = segment.last_key};
  core_.start(scan, client::scan_request(request),
              {.attempts_max = -1, .stop = stop_, .table = target_.table, .gives_back_throttling = true},
              [self = shared_from_this(), &segment, asked](client::CallResult result) {
                self->receive(segment, asked, std::move(result));
              });
}

void Scanner::receive(Segment& segment, Asked asked, client::CallResult result) {
  held_bytes_ -= asked.bytes;
  segment.throttled += result.throttled;
  if (result.given_back) {
    hooks_.gate->refused(segment.options.segment, asked.units, result);
    turns_.push_front(&segment);
  } else {
    deliver(segment, asked.units, std::move(result));
  }
  {
    const std::scoped_lock lock(mutex_);
    --under_way_;
  }
  idle_changed_.notify_all();
  ask_while_allowed();
}

void Scanner::deliver(Segment& segment, double taken, client::CallResult result) {
  const auto number = segment.options.segment;
  if (result.error || failed_ || stop_.stop_requested()) hooks_.gate->ended(number, taken);
  if (failed_ || stop_.stop_requested()) return;
  if (result.error) {
    failed_ = true;
    hooks_.failure(*result.error);
    return;
  }
  try {
    auto page = value::Page::parse(std::move(result.body), target_.key);
    hooks_.gate->came(number, taken, page->read_units());
    journal::PageRecord record{.segment = number,
                               .last_key = std::string(page->last_key()),
                               .items = items_read(*page),
                               .callbacks = page->size(),
                               .read_units = page->read_units(),
                               .throttled = std::exchange(segment.throttled, 0)};
    learn(segment, *page);
    segment.last_key = record.last_key;
    if (segment.last_key.empty()) {
      --unfinished_;
    } else {
      turns_.push_back(&segment);
    }
    held_bytes_ += page->bytes();
    hooks_.page(std::make_shared<PageWork>(std::move(page), std::move(record)));
    if (unfinished_ == 0) hooks_.end();
  } catch (const Error& error) {
    failed_ = true;
    hooks_.failure(error);
  }
}

// With a filter more than came. Without one they are counted here: the local server's ScannedCount has the item too
// that had no room in the page.
std::size_t Scanner::items_read(const value::Page& page) const {
  return target_.filter.text.empty() ? page.size() : page.scanned_count();
}

// The Limit counts items before a filter, what is held are those that it lets through.
void Scanner::learn(Segment& segment, const value::Page& page) {
  const std::size_t items = items_read(page);
  segment.options.page_limit = static_cast<std::uint32_t>(std::clamp(2 * items, page_items_min, page_items_max_));
  if (items == 0) return;
  segment.item_bytes = page.bytes() / items;
  bytes_read_ += page.bytes();
  items_read_ += items;
  units_read_ += page.read_units();
  largest_page_ = std::max(largest_page_, page.bytes());
}

// The segment's last page may by chance have had small items only, so the average of the whole counts too.
std::size_t Scanner::expected_bytes(const Segment& segment) const {
  const std::size_t item_bytes = std::max<std::size_t>(segment.item_bytes, bytes_read_ / items_read_);
  return std::clamp(limit_of(segment) * item_bytes, reserved_bytes_min, largest_page_);
}

// A page reads whole items: it consumes half a unit and more for each 4 KB of them, and 1 MB at most.
double Scanner::expected_units(const Segment& segment) const {
  constexpr double unit_bytes = 4'096;
  const double units = static_cast<double>(limit_of(segment)) * units_read_ / static_cast<double>(items_read_);
  return std::clamp(units, 1.0, static_cast<double>(page_bytes_max) / unit_bytes);
}

std::uint32_t Scanner::limit_of(const Segment& segment) const {
  const auto most = hooks_.gate->units_max();
  if (!most || units_read_ <= 0) return segment.options.page_limit;
  const double items = *most * static_cast<double>(items_read_) / units_read_;
  return static_cast<std::uint32_t>(std::clamp(items, 1.0, static_cast<double>(segment.options.page_limit)));
}

}  // namespace drift::migrate
