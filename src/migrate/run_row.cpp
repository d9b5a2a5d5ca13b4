// The row of a run: see the header. One table of names and members serves both directions.
#include "migrate/run_row.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace drift::migrate {

namespace {

template <typename T>
struct Column {
  const char* name;
  T RunRecord::*member;
};

constexpr std::array<Column<std::string>, 16> texts{{
    {"RunId", &RunRecord::run_id},
    {"Direction", &RunRecord::direction},
    {"TableName", &RunRecord::table},
    {"TableId", &RunRecord::table_id},
    {"Host", &RunRecord::host},
    {"User", &RunRecord::user},
    {"Version", &RunRecord::version},
    {"Revision", &RunRecord::revision},
    {"Started", &RunRecord::started},
    {"Changed", &RunRecord::changed},
    {"Ended", &RunRecord::ended},
    {"Phase", &RunRecord::phase},
    {"Problem", &RunRecord::problem},
    {"Journal", &RunRecord::journal},
    {"Stamp", &RunRecord::stamp},
    {"Description", &RunRecord::description},
}};

constexpr std::array<Column<std::uint64_t>, 17> numbers{{
    {"Number", &RunRecord::number},
    {"Pid", &RunRecord::pid},
    {"Generation", &RunRecord::generation},
    {"Epoch", &RunRecord::epoch},
    {"ItemsScanned", &RunRecord::items_scanned},
    {"CallbacksDone", &RunRecord::callbacks_done},
    {"CallbackErrors", &RunRecord::callback_errors},
    {"ActionsQueued", &RunRecord::actions_queued},
    {"ActionsDone", &RunRecord::actions_done},
    {"Skipped", &RunRecord::skipped},
    {"Gone", &RunRecord::gone},
    {"ConflictsResolved", &RunRecord::conflicts_resolved},
    {"InDoubtApplied", &RunRecord::in_doubt_applied},
    {"InDoubtNotApplied", &RunRecord::in_doubt_not_applied},
    {"Quarantined", &RunRecord::quarantined},
    {"Throttled", &RunRecord::throttled},
    {"Retried", &RunRecord::retried},
}};

constexpr std::array<Column<double>, 2> units{{
    {"ReadUnits", &RunRecord::read_units},
    {"WriteUnits", &RunRecord::write_units},
}};

// Capacity units have few digits: a double has them all, and its shortest text is what was meant.
Value units_value(double amount) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), amount).ptr;
  return Number::parse(std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
}

double units_of(const Number& number) {
  const std::string text = number.text();
  double amount = 0;
  std::from_chars(text.data(), text.data() + text.size(), amount);
  return amount;
}

// Of a later version of drift there may be others: what is not known is no success.
Outcome outcome_of(std::string_view text) {
  for (std::uint8_t i = 0; i < 16; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome_text(outcome) == text) return outcome;
  }
  return Outcome::failed;
}

// The attribute, where it is there and of this type.
const Value* find(const Attributes& row, std::string_view name, Type type) {
  const auto found = row.find(name);
  return found != row.end() && found->second.type() == type ? &found->second : nullptr;
}

}  // namespace

Attributes attributes_of(const RunRecord& record) {
  Attributes row;
  for (const auto& [name, member] : texts) {
    if (!(record.*member).empty()) row.emplace(name, record.*member);
  }
  for (const auto& [name, member] : numbers) {
    if (record.*member != 0) row.emplace(name, record.*member);
  }
  for (const auto& [name, member] : units) {
    if (record.*member > 0) row.emplace(name, units_value(record.*member));
  }
  if (record.restartable) row.emplace("Restartable", true);
  if (!record.ended.empty()) row.emplace("Outcome", outcome_text(record.outcome));
  return row;
}

RunRecord record_of(const Attributes& row) {
  RunRecord record;
  for (const auto& [name, member] : texts) {
    if (const Value* value = find(row, name, Type::string)) record.*member = value->as_string();
  }
  for (const auto& [name, member] : numbers) {
    if (const Value* value = find(row, name, Type::number))
      record.*member = static_cast<std::uint64_t>(value->as_int64());
  }
  for (const auto& [name, member] : units) {
    if (const Value* value = find(row, name, Type::number)) record.*member = units_of(value->as_number());
  }
  if (const Value* value = find(row, "Restartable", Type::boolean)) record.restartable = value->as_bool();
  if (const Value* value = find(row, "Outcome", Type::string)) record.outcome = outcome_of(value->as_string());
  return record;
}

void take_counts(RunRecord& record, const Progress& counts) {
  record.items_scanned = counts.items_scanned;
  record.callbacks_done = counts.callbacks_done;
  record.callback_errors = counts.callback_errors;
  record.actions_queued = counts.actions_queued;
  record.actions_done = counts.actions_done;
  record.skipped = counts.actions_skipped;
  record.gone = counts.gone;
  record.conflicts_resolved = counts.conflicts_resolved;
  record.in_doubt_applied = counts.in_doubt_applied;
  record.in_doubt_not_applied = counts.in_doubt_not_applied;
  record.quarantined = counts.quarantined;
  record.throttled = counts.throttled;
  record.retried = counts.retried;
  record.read_units = counts.read_units;
  record.write_units = counts.write_units;
}

}  // namespace drift::migrate
