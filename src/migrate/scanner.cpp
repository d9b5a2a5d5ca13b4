// Scanner: see the header. A page may be empty and still have a LastEvaluatedKey (DynamoDB API Reference, Scan): only a
// page without one is the last.
#include "migrate/scanner.hpp"

#include "value/json_object.hpp"
#include "value/page.hpp"

#include <utility>

namespace drift::migrate {

Scanner::Scanner(client::ClientCore& core, ScanTarget target, std::string start_key, std::stop_token stop, Sink sink)
    : core_(core),
      target_(std::move(target)),
      stop_(std::move(stop)),
      sink_(std::move(sink)),
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
  core_.start(scan, request(), {.attempts_max = -1, .stop = stop_, .table = target_.table},
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
    waiting_bytes_ += page->bytes();
    sink_.page(std::make_shared<PageWork>(std::move(page), std::move(record)));
    if (finished_) sink_.end();
  } catch (const Error& error) {
    finished_ = true;
    sink_.failure(error);
  }
}

std::string Scanner::request() const {
  std::string body = R"({"TableName":)";
  value::append_json_string(body, target_.table);
  body += R"(,"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL")";
  if (target_.total_segments > 1) {
    body += R"(,"Segment":)" + std::to_string(target_.segment);
    body += R"(,"TotalSegments":)" + std::to_string(target_.total_segments);
  }
  if (!last_key_.empty()) body.append(R"(,"ExclusiveStartKey":)").append(last_key_);
  return body += '}';
}

}  // namespace drift::migrate
