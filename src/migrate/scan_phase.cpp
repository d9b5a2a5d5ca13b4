// ScanPhase: see the header. The scanner fills the queue from the loop, `concurrency` threads empty it, and the thread
// that finishes a page hands it to the journal.
#include "migrate/scan_phase.hpp"

#include "migrate/action_collector.hpp"
#include "value/item_access.hpp"

#include <drift/json.hpp>

#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

// What a callback threw, with the item that it was called for.
Error callback_error(const std::exception_ptr& thrown, const Item& item, const std::string& table) {
  Error::Details details;
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    details = error.details();
    if (!details.table.empty() && details.table != table) details.message += " (table " + details.table + ")";
    if (!details.key.empty()) details.message += " (key " + to_json(details.key) + ")";
  } catch (const std::exception& error) {
    details.code = "CallbackFailed";
    details.message = error.what();
  } catch (...) {
    details.code = "CallbackFailed";
    details.message = "the callback threw something that is no std::exception";
  }
  details.table = table;
  details.key = item.key();
  if (details.next_step.empty()) {
    details.next_step = "Nothing was written. Mend the callback or the item and run the migration again.";
  }
  details.retryable = false;
  details.in_doubt = false;
  return Error(std::move(details));
}

}  // namespace

ScanPhase::ScanPhase(RunContext& run) : run_(run), queue_([this](PageWork& work) { hand_on(work); }) {}

void ScanPhase::execute(const journal::Cursor& cursor) {
  run_.counters.phase = Phase::scanning;
  const Scanner::Sink sink{.page = [this](std::shared_ptr<PageWork> work) { queue_.push(std::move(work)); },
                           .end = [this] { queue_.close(); },
                           .failure = [this](const Error& error) { run_.fail(error); }};
  scanner_ = std::make_shared<Scanner>(
      run_.core(), ScanTarget{.table = run_.table->wire_name, .key = run_.key, .segment = cursor.segment},
      cursor.last_key, run_.halt.get_token(), sink);
  scanner_->start();
  {
    const std::stop_callback abandon(run_.halt.get_token(), [this] { queue_.abandon(); });
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < run_.options.concurrency; ++i) workers.emplace_back([this] { work(); });
  }
  scanner_->wait_until_idle();
  run_.journal.flush();
}

void ScanPhase::work() {
  ActionCollector collector(run_.client, run_.catalog, run_.table);
  while (const auto page = queue_.current()) {
    while (!run_.halted()) {
      const std::size_t index = page->next.fetch_add(1);
      if (index >= page->groups.size()) break;
      {
        const Item item = page->page->item(index);
        if (call_back(item, collector)) page->groups[index] = collector.take();
      }
      if (page->unfinished.fetch_sub(1) == 1) queue_.complete(*page);
    }
  }
}

bool ScanPhase::call_back(const Item& item, ActionCollector& collector) {
  try {
    collector.begin(item);
    Actions actions(collector);
    run_.callback(item, actions);
    ++run_.counters.callbacks_done;
    return true;
  } catch (...) {
    collector.take();
    run_.errors.add(callback_error(std::current_exception(), item, run_.table->description.name));
    ++run_.counters.callback_errors;
    if (run_.options.fail_on_first_error) run_.halt.request_stop();
    return false;
  }
}

void ScanPhase::hand_on(PageWork& work) {
  run_.counters.items_scanned += work.record.items;
  run_.counters.read_units += work.record.read_units;
  run_.counters.throttled += work.record.throttled;
  const std::size_t bytes = work.bytes;
  // After a callback's error nothing will be applied: the other callbacks are called to report their errors too.
  if (run_.counters.callback_errors > 0) return scanner_->release(bytes);

  std::uint64_t actions = 0;
  for (auto& group : work.groups) {
    if (group.empty()) continue;
    actions += group.size();
    work.record.groups.push_back(std::move(group));
  }
  run_.counters.actions_queued += actions;
  run_.journal.append_page(std::move(work.record),
                           [scanner = scanner_, bytes, halt = run_.halt](const std::optional<Error>& error) mutable {
                             if (error) halt.request_stop();
                             scanner->release(bytes);
                           });
}

}  // namespace drift::migrate
