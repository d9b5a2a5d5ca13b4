// CallbackCaller: see the header.
#include "migrate/callback_caller.hpp"

#include "migrate/callback_slots.hpp"
#include "migrate/stamp.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"

#include <drift/json.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionRecord;

// What a callback threw, with the item that it was called for.
Error callback_error(const std::exception_ptr& thrown, const Item& item, const RunContext& run) {
  const std::string& table = run.table->description.name;
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
    details.next_step = run.stream
                            ? "Nothing of this callback was written. Mend the item, or the callback under the same "
                              "Migration::revision, and run the migration again: it goes on."
                            : "Nothing was written. Mend the callback or the item and run the migration again.";
  }
  details.retryable = false;
  details.in_doubt = false;
  return Error(std::move(details));
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

// Amazon DynamoDB Developer Guide, "Time to Live": a number, in seconds since 1970; items that are more than five years
// past it never expire.
bool CallbackCaller::is_expired(const Item& item) const {
  if (run_->ttl_attribute.empty()) return false;
  const auto raw = value::ItemAccess::raw(item, run_->ttl_attribute);
  if (!raw) return false;
  const Value expires = value::parse_value(*raw, value::answer_rules);
  if (expires.type() != Type::number) return false;
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(run_->core().loop().clock().system().time_since_epoch());
  constexpr std::int64_t five_years = std::int64_t{5} * 365 * 86'400;
  return expires.as_number() < Number(now.count()) && expires.as_number() > Number(now.count() - five_years);
}

bool CallbackCaller::passes_filter(const Item& item) const {
  try {
    return run_->filter == nullptr || run_->filter->holds(item);
  } catch (...) {
    throw callback_error(std::current_exception(), item, *run_);
  }
}

std::vector<ActionRecord> CallbackCaller::call(const Item& item) {
  if (is_expired(item) || !passes_filter(item)) return {};
  if (const auto stamp = run_->stamp.empty() ? std::nullopt : find_stamp(value::ItemAccess::json(item), run_->stamp)) {
    // A run whose journal is gone was here. What it did in part has to be looked at.
    if (stamp->complete()) return {};
    auto half = recall(item);
    half.front().ordinal = journal::recall_half_stamped;
    return half;
  }
  try {
    collector_.begin(item);
    Actions actions(collector_);
    call_user(item, actions);
    return collector_.take();
  } catch (...) {
    throw callback_error(std::current_exception(), item, *run_);
  }
}

void CallbackCaller::call_user(const Item& item, Actions& actions) {
  if (!run_->slots) return run_->callback(item, actions);
  const auto slot = run_->slots->take();
  run_->callback(item, actions);
}

std::vector<ActionRecord> CallbackCaller::recall(const Item& item) const {
  ActionRecord record;
  record.kind = journal::ActionKind::recall;
  record.table = run_->table->wire_name;
  record.scanned_item = true;
  record.key = value::ItemAccess::key_json(item);
  return {std::move(record)};
}

}  // namespace drift::migrate
