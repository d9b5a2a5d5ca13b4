// CallbackCaller: see the header.
#include "migrate/callback_caller.hpp"

#include "migrate/callback_error.hpp"
#include "migrate/callback_slots.hpp"
#include "migrate/expiry.hpp"
#include "migrate/stamp.hpp"
#include "value/item_access.hpp"

#include <exception>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionRecord;

std::string next_step(const RunContext& run) {
  if (run.options.max_errors > 0) {
    return "Nothing of this callback was written; what others write, within RunOptions::max_errors, stays. Mend the "
           "item, or the callback under the same Migration::revision, and run the migration again: it goes on. Or "
           "leave the item out, for another migration: Migrator::resolve (skip).";
  }
  return run.stream ? "Nothing of this callback was written. Mend the item, or the callback under the same "
                      "Migration::revision, and run the migration again: it goes on."
                    : "Nothing was written. Mend the callback or the item and run the migration again.";
}

}  // namespace

CallbackCaller::CallbackCaller(RunContext& run)
    : run_(&run),
      collector_(run.client, run.catalog, run.table,
                 {.guard = run.options.guard,
                  .stamped = !run.stamp.empty(),
                  .scanned_arn = run.table->description.arn,
                  .exact = run.options.exact,
                  .version = run.options.version,
                  .reads = run.reads},
                 run.stream ? Reach::own_item : Reach::any_item) {}

std::vector<ActionRecord> CallbackCaller::call(const Item& item) {
  if (is_expired(item, run_->ttl_attribute, run_->core().loop().clock().system())) return {};
  if (const auto stamp = run_->stamp.empty() ? std::nullopt : find_stamp(value::ItemAccess::json(item), run_->stamp)) {
    // A run whose journal is gone was here. What it did in part has to be looked at.
    if (stamp->complete()) return {};
    auto half = recall(item, {});
    half.front().ordinal = journal::recall_half_stamped;
    return half;
  }
  try {
    if (run_->filter && !run_->filter->holds(item)) return {};
    collector_.begin(item);
    Actions actions(collector_);
    call_user(item, actions);
    return collector_.take();
  } catch (...) {
    throw callback_error(std::current_exception(), run_->table->description.name, item, next_step(*run_));
  }
}

void CallbackCaller::call_user(const Item& item, Actions& actions) {
  if (!run_->slots) return run_->callback(item, actions);
  const auto slot = run_->slots->take();
  run_->callback(item, actions);
}

std::vector<ActionRecord> CallbackCaller::recall(const Item& item, std::string why) const {
  ActionRecord record;
  record.kind = journal::ActionKind::recall;
  record.table = run_->table->wire_name;
  record.scanned_item = true;
  record.key = value::ItemAccess::key_json(item);
  record.item = std::move(why);
  return {std::move(record)};
}

}  // namespace drift::migrate
