// ProcessPool: see the header. How many items a line may have follows from how fast the last one was answered, so that
// a program that is slow with each item gets few, and is not taken for one that hangs.
#include "cli/script/process_pool.hpp"

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace drift::script {

namespace {

constexpr std::size_t line_items_first = 4;
constexpr std::size_t line_items_limit = 64;
constexpr std::size_t line_bytes_limit = std::size_t{1} << 20U;
constexpr std::chrono::nanoseconds line_time = std::chrono::milliseconds(100);
// So often a program may die, hang or answer nonsense with no answer in between: each time may take as long as it may
// take to answer, and there may be as many times as items.
constexpr std::size_t failures_max = 3;

std::size_t items_of(std::size_t items, std::chrono::nanoseconds took) {
  const auto each = std::max<std::int64_t>(took.count() / static_cast<std::int64_t>(items), 1);
  return std::clamp<std::size_t>(static_cast<std::size_t>(line_time.count() / each), 1, line_items_limit);
}

}  // namespace

ProcessPool::ProcessPool(const std::filesystem::path& file, ProcessOptions options)
    : options_(std::move(options)),
      file_(ProcessFile::of(file)),
      line_items_max_(line_items_first),
      on_stop_(options_.stop, [this] { wake_all(); }) {
  table_ = ProcessCopy(file_, options_).table();
  const std::size_t copies = table_.copies != 0 ? table_.copies : std::thread::hardware_concurrency();
  copies_max_ = std::max<std::size_t>(copies, 1);
}

// All may end at the same time.
ProcessPool::~ProcessPool() {
  for (const auto& copy : idle_) copy->close_input();
}

ProgramResult ProcessPool::call(Call call, std::string_view item) {
  Waiting own{.call = call, .item = item};
  std::unique_lock lock(mutex_);
  queue_.push_back(&own);
  while (!own.done) {
    if (own.queued && options_.stop.stop_requested()) {
      std::erase(queue_, &own);
      throw stopped_error(file_.name);
    }
    if (own.queued && given_up_) {
      std::erase(queue_, &own);
      throw Error(*given_up_);
    }
    if (own.queued && busy_ < copies_max_) {
      lead(own, lock);
    } else {
      own.changed.wait(lock);
    }
  }
  if (own.error) std::rethrow_exception(own.error);
  return std::move(own.result);
}

void ProcessPool::lead(Waiting& own, std::unique_lock<std::mutex>& lock) {
  const Line line = take_line(own);
  std::unique_ptr<ProcessCopy> copy;
  if (!idle_.empty()) {
    copy = std::move(idle_.back());
    idle_.pop_back();
  }
  ++busy_;
  wake_next();
  lock.unlock();
  std::vector<ProgramResult> results;
  std::exception_ptr error;
  const auto began = base::machine_clock().steady();
  try {
    results = ask(copy, line);
  } catch (...) {
    error = std::current_exception();
    copy.reset();
  }
  const auto took = base::machine_clock().steady() - began;
  lock.lock();
  --busy_;
  if (copy) {
    line_items_max_ = items_of(line.size(), took);
    idle_.push_back(std::move(copy));
  }
  judge(line, error);
  settle(line, results, error);
  wake_next();
}

// A line of several is asked again item by item, and that counts. A stop says nothing of the program.
void ProcessPool::judge(const Line& line, const std::exception_ptr& error) {
  if (!error) {
    failures_ = 0;
    return;
  }
  try {
    std::rethrow_exception(error);
  } catch (const Error& failure) {
    if (line.size() > 1 || failure.code() == "Cancelled" || given_up_ || ++failures_ < failures_max) return;
    Error::Details details = failure.details();
    details.message +=
        " (it has failed " + std::to_string(failures_max) + " times in a row, and is not asked any more)";
    given_up_ = Error(std::move(details));
  } catch (const std::exception&) {
    return;  // of this process: no memory, no descriptor
  }
  for (Waiting* const waiting : queue_) waiting->changed.notify_one();
}

// The leader's own item, and those that wait before and behind it for the same function.
ProcessPool::Line ProcessPool::take_line(Waiting& own) {
  Line line{&own};
  std::erase(queue_, &own);
  std::size_t bytes = own.item.size();
  while (!own.alone && !queue_.empty() && line.size() < line_items_max_) {
    Waiting& next = *queue_.front();
    bytes += next.item.size();
    if (next.alone || next.call != own.call || bytes > line_bytes_limit) break;
    line.push_back(&next);
    queue_.pop_front();
  }
  for (Waiting* const item : line) item->queued = false;
  return line;
}

// A line of several that failed does not say because of which item: each goes again, alone. Callbacks may be called
// again.
void ProcessPool::settle(const Line& line, std::vector<ProgramResult>& results, const std::exception_ptr& error) {
  const bool again = error && line.size() > 1;
  for (std::size_t i = 0; i < line.size(); ++i) {
    Waiting& item = *line[i];
    if (again) {
      item.alone = true;
      item.queued = true;
      queue_.push_back(&item);
    } else {
      item.done = true;
      item.error = error;
      if (!error) item.result = std::move(results[i]);
    }
    item.changed.notify_one();
  }
}

void ProcessPool::wake_next() {
  if (!queue_.empty() && busy_ < copies_max_) queue_.front()->changed.notify_one();
}

// Those whose items are with a program are given its answer, or that there is none.
void ProcessPool::wake_all() {
  const std::scoped_lock lock(mutex_);
  for (Waiting* const waiting : queue_) waiting->changed.notify_one();
}

std::vector<ProgramResult> ProcessPool::ask(std::unique_ptr<ProcessCopy>& copy, const Line& line) {
  if (!copy) {
    copy = start();
    if (options_.stop.stop_requested()) throw stopped_error(file_.name);
  }
  std::vector<std::string_view> items;
  items.reserve(line.size());
  for (const Waiting* const one : line) items.push_back(one->item);
  try {
    return copy->ask(line.front()->call, items);
  } catch (...) {
    if (line.size() > 1 && options_.log && !options_.stop.stop_requested())
      options_.log(file_.name + ": there was no answer for " + std::to_string(line.size()) +
                   " items at once; each is asked for again, alone");
    throw;
  }
}

std::unique_ptr<ProcessCopy> ProcessPool::start() {
  auto copy = std::make_unique<ProcessCopy>(file_, options_);
  if (copy->table() != table_)
    throw process_error(file_.name, "it says something else of itself than when it was loaded");
  return copy;
}

}  // namespace drift::script
