// Scanner: see the header. A page may be empty and still have a LastEvaluatedKey (DynamoDB API Reference, Scan): only a
// page without one is the last.
#include "migrate/scanner.hpp"

#include "client/request_json.hpp"
#include "value/page.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

Scanner::Scanner(client::ClientCore& core, ScanTarget target, std::string start_key, std::stop_token stop, Sink sink)
    : core_(core),
      target_(std::move(target)),
      stop_(std::move(stop)),
      sink_(std::move(sink)),
      options_{.segment = target_.segment, .total_segments = target_.total_segments, .page_limit = page_items_first},
      last_key_(std::move(start_key)) {}

void Scanner::start() {
  core_.loop().post([self = shared_from_this()] { self->read_on(); });
}

void Scanner::release(std::size_t bytes) {
  core_.loop().post([self = shared_from_this(), bytes] {
    self->waiting_bytes_ -= bytes;
    self->read_on();
  });
}

void Scanner::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_changed_.wait(lock, [this] { return idle_; });
}

void Scanner::read_on() {
  if (finished_ || stop_.stop_requested() || waiting_bytes_ >= read_ahead_bytes_max) return;
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_) return;
    idle_ = false;
  }
  static const client::Operation scan = client::Operation::named("Scan");
  const client::ScanRequest request{.table = target_.table, .options = &options_, .start_key = last_key_};
  core_.start(scan, client::scan_request(request), {.attempts_max = -1, .stop = stop_, .table = target_.table},
              [self = shared_from_this()](client::CallResult result) { self->receive(std::move(result)); });
}

void Scanner::receive(client::CallResult result) {
  deliver(std::move(result));
  {
    const std::scoped_lock lock(mutex_);
    idle_ = true;
  }
  idle_changed_.notify_all();
  read_on();
}

void Scanner::deliver(client::CallResult result) {
  if (stop_.stop_requested()) return;
  if (result.error) {
    finished_ = true;
    sink_.failure(*result.error);
    return;
  }
  try {
    auto page = value::Page::parse(std::move(result.body), target_.key);
    journal::PageRecord record{.segment = target_.segment,
                               .last_key = std::string(page->last_key()),
                               .items = page->size(),
                               .callbacks = page->size(),
                               .read_units = page->read_units(),
                               .throttled = result.throttled};
    last_key_ = record.last_key;
    finished_ = last_key_.empty();
    options_.page_limit = static_cast<std::uint32_t>(std::clamp(2 * page->size(), page_items_min, page_items_max));
    waiting_bytes_ += page->bytes();
    sink_.page(std::make_shared<PageWork>(std::move(page), std::move(record)));
    if (finished_) sink_.end();
  } catch (const Error& error) {
    finished_ = true;
    sink_.failure(error);
  }
}

}  // namespace drift::migrate
