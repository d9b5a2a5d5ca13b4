// PlanCounts: see the header.
#include "migrate/plan_counts.hpp"

#include "value/attribute_json.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <cmath>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionRecord;
using journal::GuardKind;
using journal::RepeatKind;

constexpr std::size_t listed_max = 100;  // problems, and errors
// What a transaction makes of a write, and what comes with it (docs/the-fine-print.md, "What a write costs").
constexpr double transaction_factor = 2;
constexpr double marker_units = 3;  // its put in the transaction, and its removal
constexpr double unit_bytes = 1'024;
// An action's row and its outcome, without key, values and images (docs/performance.md, "journal").
constexpr double journal_row_bytes = 93;

// What is on the disk of an item.
double json_bytes(const Attributes& item) {
  std::string json;
  value::append_json(json, item);
  return static_cast<double>(json.size());
}

}  // namespace

PlanCounts::PlanCounts(const PlanOptions& options, std::shared_ptr<const CatalogTable> scanned)
    : options_(options), scanned_(std::move(scanned)) {}

void PlanCounts::add_item(std::size_t part) {
  const std::scoped_lock lock(mutex_);
  sums_.items.add(part, 1);
}

void PlanCounts::add_error(std::size_t part, Error error) {
  const std::scoped_lock lock(mutex_);
  sums_.items.add(part, 1);
  ++lists_.errors_total;
  if (lists_.errors.size() < listed_max) lists_.errors.push_back(std::move(error));
}

void PlanCounts::add(std::size_t part, const Called& called) {
  const std::scoped_lock lock(mutex_);
  sums_.items.add(part, 1);
  sums_.matched.add(part, 1);
  for (std::size_t i = 0; i < called.actions.size(); ++i) {
    const ActionRecord& action = called.actions[i];
    add_action(part, action, called.rehearsed[i]);
    if (action.guard == GuardKind::scanned_check) add_check(part, called.item);
    if (!called.rehearsed[i].problem.empty()) add_problem(action, called.rehearsed[i]);
  }
  add_differences(called);
}

PlanCounts::Written& PlanCounts::written(const std::shared_ptr<const CatalogTable>& table) {
  Written& written = sums_.written[table->wire_name];
  if (!written.table) {
    written.table = table;
    written.indexes.resize(table->description.indexes.size());
    written.index_keys.resize(table->description.indexes.size());
  }
  return written;
}

void PlanCounts::add_action(std::size_t part, const ActionRecord& action, const Rehearsed& rehearsed) {
  Counted& counted = sums_.actions[{rehearsed.table->description.name, action.kind}];
  ++counted.seen;
  counted.sums.add(part, 1);

  const bool transaction = action.repeat == RepeatKind::marker;
  const double factor = transaction ? transaction_factor : 1;
  Written& to = written(rehearsed.table);
  to.units.add(part, factor * rehearsed.cost.table);
  for (std::size_t i = 0; i < to.indexes.size(); ++i) to.indexes[i].add(part, factor * rehearsed.cost.indexes[i]);
  add_keys(to, action, rehearsed, factor);
  if (transaction) sums_.marker_units.add(part, marker_units);
  if (!rehearsed.known) sums_.at_least = true;
  sums_.journal_bytes.add(part, journal_bytes(action, rehearsed));
}

void PlanCounts::add_keys(Written& to, const ActionRecord& action, const Rehearsed& rehearsed, double factor) {
  const TableDescription& table = to.table->description;
  // Each item is scanned once, so without a sort key its partition key is written by one callback alone.
  if (table.key.size() > 1 || !action.scanned_item) {
    Attributes key = value::parse_attributes(action.key);
    if (table.key.size() > 1) key.erase(table.key[1].name);
    to.key.add(to_json(key), factor * rehearsed.cost.table);
  }
  for (const KeyCost& cost : rehearsed.cost.keys) {
    const Attributes key{{table.indexes[cost.index].key.front().name, cost.partition}};
    to.index_keys[cost.index].add(to_json(key), factor * cost.units);
  }
}

// The condition check of the scanned item in a transaction.
void PlanCounts::add_check(std::size_t part, const Item& item) {
  const double units = std::max(1.0, std::ceil(static_cast<double>(item.size_bytes()) / unit_bytes));
  written(scanned_).units.add(part, transaction_factor * units);
}

double PlanCounts::journal_bytes(const ActionRecord& action, const Rehearsed& rehearsed) const {
  double bytes = journal_row_bytes + static_cast<double>(action.key.size() + action.item.size() + action.values.size() +
                                                         action.image.size() + action.scanned_key.size());
  // Kept for an undo, where the guard's image does not say it; a transaction's answer says nothing.
  const bool image_says_it = action.kind == ActionKind::update && action.guard == GuardKind::unchanged;
  const bool is_said = !image_says_it && action.repeat != RepeatKind::marker;
  if (options_.run.before_images && is_said && rehearsed.before) bytes += json_bytes(*rehearsed.before);
  return bytes;
}

void PlanCounts::add_problem(const ActionRecord& action, const Rehearsed& rehearsed) {
  ++lists_.problems_total;
  if (lists_.problems.size() == listed_max) return;
  lists_.problems.push_back({.table = rehearsed.table->description.name,
                             .key = value::parse_attributes(action.key),
                             .what = rehearsed.problem});
}

// From before the first of the callback's actions on an item to after the last.
void PlanCounts::add_differences(const Called& called) {
  if (callbacks_shown_ == options_.differences_max) return;
  std::map<std::pair<std::string, std::string>, PlannedDifference> items;
  for (std::size_t i = 0; i < called.actions.size(); ++i) {
    const ActionRecord& action = called.actions[i];
    const Rehearsed& rehearsed = called.rehearsed[i];
    const auto [found, added] = items.try_emplace({action.table, action.key});
    if (added) {
      found->second = {.table = rehearsed.table->description.name,
                       .key = value::parse_attributes(action.key),
                       .before = rehearsed.before};
    }
    found->second.after = rehearsed.after;
  }
  const std::size_t shown = lists_.differences.size();
  for (auto& [_, difference] : items) {
    const bool removal_of_unknown = !difference.before && !difference.after;
    if (difference.before != difference.after || removal_of_unknown)
      lists_.differences.push_back(std::move(difference));
  }
  if (lists_.differences.size() > shown) ++callbacks_shown_;
}

// In the order of the keys, which threads do not have.
void PlanCounts::take_lists(Plan& plan) {
  const auto sort = [](auto& list, const auto& key) {
    std::stable_sort(list.begin(), list.end(),
                     [&](const auto& a, const auto& b) { return to_json(key(a)) < to_json(key(b)); });
  };
  sort(lists_.differences, [](const PlannedDifference& difference) { return difference.key; });
  sort(lists_.problems, [](const PlannedProblem& problem) { return problem.key; });
  sort(lists_.errors, [](const Error& error) { return error.key(); });
  plan.differences = std::move(lists_.differences);
  plan.problems = std::move(lists_.problems);
  plan.problems_total = lists_.problems_total;
  plan.errors = std::move(lists_.errors);
  plan.errors_total = lists_.errors_total;
}

}  // namespace drift::migrate
