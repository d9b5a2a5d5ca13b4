// ScanPhase: see the header. The scanner fills the queue from the loop, the workers empty it, and the thread that
// finishes a page hands it to the journal.
#include "migrate/scan_phase.hpp"

#include "base/failpoint.hpp"
#include "migrate/action_stream.hpp"
#include "migrate/callback_error.hpp"
#include "migrate/control_state.hpp"
#include "migrate/disk_space.hpp"
#include "migrate/scan_pace.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace drift::migrate {

namespace {

// A stamped run has to see what an earlier one has done half, also where the filter does not hold any more.
Expression filter_of(const RunContext& run) {
  return run.filter && run.stamp.empty() ? run.filter->expression() : Expression{};
}

}  // namespace

ScanPhase::ScanPhase(RunContext& run)
    : run_(run),
      queue_([this](PageWork& work) { hand_on(work); }),
      seen_(run.source.index.empty() ? nullptr : std::make_shared<SeenItems>(run.journal)) {}

void ScanPhase::execute(const std::vector<journal::Cursor>& cursors) {
  const auto controls = run_.options.controls.state();
  const auto gate = std::make_shared<ScanPace>(run_);
  const Scanner::Hooks hooks{.page = [this](std::shared_ptr<PageWork> work) { take(std::move(work)); },
                             .end = [this] { take_end(); },
                             .failure = [this](const Error& error) { run_.fail(error); },
                             .gate = gate};
  scanner_ = std::make_shared<Scanner>(run_.core(),
                                       ScanTarget{.table = run_.table->wire_name,
                                                  .key = run_.key,
                                                  .cursors = cursors,
                                                  .filter = filter_of(run_),
                                                  .index = run_.source.index,
                                                  .consistent = run_.source.consistent},
                                       run_.halt.get_token(), hooks);
  gate->opens_for(scanner_);
  if (run_.stream) {
    run_.stream->on_room([weak = std::weak_ptr(scanner_)] {
      if (const auto scanner = weak.lock()) scanner->read_on();
    });
  }
  {
    const std::stop_callback abandon(run_.halt.get_token(), [this] { queue_.abandon(); });
    const ControlState::Listener listener(*controls, [this] { follow_controls(); });
    follow_controls();
    run_workers();
  }
  scanner_->wait_until_idle();
  run_.journal.flush();
}

void ScanPhase::take(std::shared_ptr<PageWork> work) {
  if (!seen_) return queue_.push(std::move(work));
  seen_->look(work, [this, work](const std::optional<Error>& error) {
    if (error) {
      run_.halt.request_stop();  // the flush at the end throws it
    } else {
      queue_.push(work);
    }
  });
}

void ScanPhase::take_end() {
  if (!seen_) return queue_.close();
  seen_->after_all([this](const std::optional<Error>&) { queue_.close(); });
}

void ScanPhase::follow_controls() {
  const std::scoped_lock lock(following_);
  const ControlState::Values values = run_.options.controls.state()->values();
  queue_.set_workers(values.paused ? 0 : values.concurrency.value_or(run_.options.concurrency));
  scanner_->read_on();
}

void ScanPhase::run_workers() {
  std::vector<std::jthread> workers;
  while (queue_.wants_more_than(workers.size())) start_worker(workers);
}

void ScanPhase::start_worker(std::vector<std::jthread>& workers) {
  try {
    workers.emplace_back([this, worker = workers.size()] { work(worker); });
  } catch (const std::system_error& error) {
    run_.fail(Error(
        {.code = "NoThread",
         .message = "callback thread " + std::to_string(workers.size() + 1) + " could not be started: " + error.what(),
         .next_step = "Nothing is lost. Set a smaller concurrency, or raise this machine's limit of "
                      "threads, and run the migration again: it goes on."}));
  }
}

void ScanPhase::work(std::size_t worker) {
  CallbackCaller caller(run_);
  while (const auto page = queue_.current(worker)) {
    while (queue_.admits(worker) && !run_.halted()) {
      const std::size_t index = page->next.fetch_add(1);
      if (index >= page->groups.size()) break;
      if (page->repeated.empty() || !page->repeated[index]) {
        auto group = call_back(*page, page->page->item(index), caller);
        if (!group) return;  // its page stays unfinished: the next run reads it again
        page->groups[index] = *std::move(group);
      }
      if (page->unfinished.fetch_sub(1) == 1) queue_.complete(*page);
    }
  }
}

std::optional<std::vector<journal::ActionRecord>> ScanPhase::call_back(PageWork& page, const Item& item,
                                                                       CallbackCaller& caller) {
  try {
    return caller.call(item);
  } catch (const Error& error) {
    if (is_given_up(error, run_.options.stop)) return std::nullopt;
    run_.errors.add(error);
    ++page.failed;
    ++run_.counters.callback_errors;
    run_.check_budget();
    if (run_.options.max_errors == 0) return std::vector<journal::ActionRecord>{};
    return caller.recall(item, error.what());
  }
}

// A scan that would fill the disk ends while there is still room for what was queued.
void ScanPhase::check_disk(std::size_t page_bytes) {
  constexpr std::size_t check_every_bytes = std::size_t{32} << 20U;
  bytes_since_check_ += page_bytes;
  if (bytes_since_check_ < check_every_bytes) return;
  bytes_since_check_ = 0;
  try {
    check_disk_space(run_.state_directory, 0);
  } catch (const Error& error) {
    run_.fail(error);
  }
}

void ScanPhase::hand_on(PageWork& work) {
  run_.counters.items_scanned += work.record.items;
  run_.counters.throttled += work.record.throttled;
  work.record.callbacks -= work.failed;
  run_.counters.callbacks_done += work.record.callbacks;
  run_.counters.read_segment(work.record.segment, work.record.items, work.record.last_key.empty());
  const std::size_t bytes = work.bytes;
  // Without a budget for errors nothing will be applied: the other callbacks are called to report their errors too.
  if (run_.over_budget()) return scanner_->release(bytes);

  check_disk(bytes);
  std::uint64_t actions = 0;
  for (auto& group : work.groups) {
    if (group.empty()) continue;
    actions += group.size();
    work.record.groups.push_back(std::move(group));
  }
  run_.counters.actions_queued += actions;
  append(std::move(work.record), actions, bytes);
}

void ScanPhase::append(journal::PageRecord page, std::uint64_t actions, std::size_t bytes) {
  std::size_t actions_bytes = 0;  // asked for by a stream alone
  if (run_.stream) {
    for (const auto& group : page.groups) {
      for (const auto& action : group) actions_bytes += action.bytes();
    }
  }
  const std::vector<std::string> seen = page.seen;
  // What queues nothing is committed by time: the scan does not wait for that.
  if (actions == 0) scanner_->release(bytes);
  DRIFT_FAILPOINT("scan.append_page.before");
  run_.journal.append_page(
      std::move(page), [scanner = scanner_, bytes = actions == 0 ? 0 : bytes, halt = run_.halt, stream = run_.stream,
                        actions, actions_bytes, seen, items = seen_](const std::optional<Error>& error) mutable {
        DRIFT_FAILPOINT("scan.append_page.after");
        if (error) halt.request_stop();
        if (items) items->forget(seen);
        if (!error && stream && actions > 0) stream->append(actions, actions_bytes);
        scanner->release(bytes);
      });
}

}  // namespace drift::migrate
