#include "journal/outcome_table.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <bit>
#include <functional>
#include <string>
#include <string_view>

namespace drift::journal {
namespace {

std::uint64_t digest_of(std::uint64_t sequence, ActionState state, std::string_view detail, double write_units,
                        std::uint32_t throttled) noexcept {
  std::uint64_t digest = mix(sequence) + static_cast<std::uint64_t>(state);
  digest = mix(digest) + std::bit_cast<std::uint64_t>(write_units);
  digest = mix(digest) + throttled;
  if (!detail.empty()) {
    digest = mix(digest) + static_cast<std::uint32_t>(Checksum().add(detail).value());
  }
  return mix(digest);
}

// Adds a row to the sums, or takes it out again.
void count(OutcomeTable::Sums& sums, const ActionOutcome& outcome, double write_units, bool in) noexcept {
  const std::uint64_t one = in ? 1 : ~std::uint64_t{0};
  const std::uint64_t digest =
      digest_of(outcome.sequence, outcome.state, outcome.detail, write_units, outcome.throttled);
  sums.digest += in ? digest : ~digest + 1;
  switch (outcome.state) {
    case ActionState::queued:
      break;
    case ActionState::done:
      sums.done += one;
      break;
    case ActionState::skipped:
      sums.skipped += one;
      break;
    case ActionState::failed:
      sums.failed += one;
      break;
    case ActionState::in_doubt:
      sums.in_doubt += one;
      break;
  }
}

ActionOutcome outcome_of(const Statement& row) {
  return ActionOutcome{.sequence = row.natural(0),
                       .state = static_cast<ActionState>(row.integer(1)),
                       .detail = std::string(row.text(2)),
                       .write_units = row.real(3),
                       .throttled = static_cast<std::uint32_t>(row.natural(4))};
}

void bind_outcome(Statement& statement, const ActionOutcome& outcome, double write_units) {
  statement.bind(1, static_cast<std::int64_t>(outcome.sequence));
  statement.bind(2, static_cast<std::int64_t>(outcome.state));
  statement.bind(3, std::string_view(outcome.detail));
  statement.bind(4, write_units);
  statement.bind(5, std::int64_t{outcome.throttled});
}

}  // namespace

OutcomeTable::OutcomeTable(Database& database)
    : database_(&database),
      insert_(database, "INSERT INTO outcomes(sequence, state, detail, write_units, throttled) VALUES(?, ?, ?, ?, ?)"),
      update_(database,
              "UPDATE outcomes SET state = ?2, detail = ?3, write_units = ?4, throttled = ?5 WHERE sequence = ?1"),
      find_(database, "SELECT sequence, state, detail, write_units, throttled FROM outcomes WHERE sequence = ?"),
      settled_(database, "SELECT sequence FROM outcomes WHERE sequence >= ? AND state NOT IN (0, 3) ORDER BY sequence"),
      with_state_(database,
                  "SELECT sequence, state, detail, write_units, throttled FROM outcomes"
                  " WHERE state BETWEEN ? AND ? ORDER BY sequence LIMIT ?") {}

bool OutcomeTable::is_settled(ActionState state) noexcept {
  return state != ActionState::queued && state != ActionState::failed;
}

void OutcomeTable::record(const ActionOutcome& outcome, double write_units, Sums& sums) {
  bind_outcome(insert_, outcome, write_units);
  if (insert_.run()) {
    count(sums, outcome, write_units, true);
    return;
  }
  const auto before = find(outcome.sequence);
  if (!before) {
    throw damaged(database_->file(), "the outcome of action " + std::to_string(outcome.sequence) + " cannot be read");
  }
  ActionOutcome after = outcome;
  after.write_units = write_units + before->write_units;
  after.throttled += before->throttled;
  bind_outcome(update_, after, after.write_units);
  update_.run();
  count(sums, *before, before->write_units, false);
  count(sums, after, after.write_units, true);
}

std::optional<ActionOutcome> OutcomeTable::find(std::uint64_t sequence) {
  const StatementReset reset(find_);
  find_.bind(1, static_cast<std::int64_t>(sequence));
  return find_.step() ? std::optional(outcome_of(find_)) : std::nullopt;
}

OutcomeTable::Sums OutcomeTable::add_up(std::uint64_t& settled_prefix) {
  Sums sums;
  settled_prefix = 0;
  Statement all(*database_, "SELECT sequence, state, detail, write_units, throttled FROM outcomes ORDER BY sequence");
  ActionOutcome outcome;
  while (all.step()) {
    outcome = outcome_of(all);
    count(sums, outcome, outcome.write_units, true);
    if (outcome.sequence == settled_prefix + 1 && is_settled(outcome.state)) {
      settled_prefix = outcome.sequence;
    }
  }
  return sums;
}

OutcomeTable::Walk::Walk(OutcomeTable& outcomes, std::uint64_t first) : statement_(&outcomes.settled_) {
  statement_->bind(1, static_cast<std::int64_t>(first));
}

std::optional<std::uint64_t> OutcomeTable::Walk::next() {
  return statement_->step() ? std::optional(statement_->natural(0)) : std::nullopt;
}

std::vector<ActionOutcome> OutcomeTable::with_state(ActionState first, ActionState last, std::size_t count_max) {
  const StatementReset reset(with_state_);
  with_state_.bind(1, static_cast<std::int64_t>(first));
  with_state_.bind(2, static_cast<std::int64_t>(last));
  with_state_.bind(3, static_cast<std::int64_t>(count_max));
  std::vector<ActionOutcome> result;
  while (with_state_.step()) {
    result.push_back(outcome_of(with_state_));
  }
  return result;
}

}  // namespace drift::journal
