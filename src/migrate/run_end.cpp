// Run: its end. The ledger's row, the markers, what is kept of the journal, and the row of the run table.
#include "base/failpoint.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/repeat_harmless.hpp"
#include "migrate/resume.hpp"
#include "migrate/run.hpp"
#include "migrate/run_row.hpp"
#include "migrate/stamp.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

using journal::ActionState;
using journal::Journal;
using journal::RunPhase;

}  // namespace

bool Run::record(RunContext& run) {
  counters_.phase = Phase::recording;
  DRIFT_FAILPOINT("record.row.before");
  write_row("record");
  DRIFT_FAILPOINT("record.row.after");
  if (direction_ == Direction::up) {
    const TableDescription& table = run.table->description;
    const std::string before = run_of_state(history_, table.id);
    has_kept_ = counters_.actions_done == 0 && !before.empty();
    DRIFT_FAILPOINT("ledger.put.before");
    ledger_.put({.number = migration_.number,
                 .table = table.name,
                 .description = migration_.description,
                 .table_id = table.id,
                 .applied_at = iso_time(client_.core().loop().clock().system()),
                 .run_id = has_kept_ ? before : row_.run_id,
                 .revision = migration_.revision},
                lease_->check());
    DRIFT_FAILPOINT("ledger.put.after");
  } else {
    DRIFT_FAILPOINT("ledger.remove.before");
    ledger_.remove(migration_.number, lease_->check());
    DRIFT_FAILPOINT("ledger.remove.after");
  }
  remove_markers();
  keep_journal();
  return true;
}

WriteSettings Run::write_settings() const {
  return {.before_images = images_,
          .stamp = stamp_name(row_.stamp, migration_.number, row_.epoch),
          .scanned_table = table_->wire_name,
          .run_table = run_table_.name(),
          .run_id = row_.run_id,
          .has_indexes = [pace = pace_](const std::string& table) { return pace->has_indexes(table); },
          .marker_sort = std::to_string(migration_.number) + '#' + std::string(direction_text(direction_)) + '#' +
                         std::to_string(row_.epoch)};
}

// The markers of actions that were ever in doubt stay: a request that is still on its way must find them.
void Run::remove_markers() {
  constexpr std::size_t together = 1'024;
  const WriteSettings settings = write_settings();
  std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
  bool any = false;
  writer_->with_journal([&](Journal& journal) { any = journal.has(journal::RepeatKind::marker); });
  while (any) {
    std::vector<std::pair<journal::ActionRecord, journal::ActionOutcome>> actions;
    writer_->with_journal(
        [&](Journal& journal) { actions = journal.backwards(before, together, std::size_t{4} << 20U); });
    if (actions.empty()) return;
    before = actions.back().first.place;
    std::vector<Attributes> keys;
    for (const auto& [action, outcome] : actions) {
      if (action.repeat != journal::RepeatKind::marker || outcome.state != ActionState::done) continue;
      if (outcome.detail.empty())
        keys.push_back({{"Part", marker_part(action, settings)}, {"Sort", settings.marker_sort}});
    }
    DRIFT_FAILPOINT("markers.remove.before");
    if (!keys.empty()) repeat_harmless([&] { own_calls_.batch_write(run_table_.name(), {}, keys); });
    DRIFT_FAILPOINT("markers.remove.after");
  }
}

void Run::give_up_journal() {
  DRIFT_FAILPOINT("journal.remove.before");
  Journal::remove(writer_->finish());
  DRIFT_FAILPOINT("journal.remove.after");
  writer_.reset();
  journal_file_.clear();
}

void Run::drop_applied() {
  applied_.reset();
  DRIFT_FAILPOINT("undo.drop_applied.before");
  Journal::remove(applied_file_);
  DRIFT_FAILPOINT("undo.drop_applied.after");
}

// The journal of an applied migration is what its undo needs; one of an earlier time it was applied would restore what
// was before that. After a run that has written nothing it is still the one of the run before.
void Run::keep_journal() {
  if (has_kept_) return give_up_journal();
  if (direction_ == Direction::down || !images_) {
    give_up_journal();
    return drop_applied();
  }
  DRIFT_FAILPOINT("journal.recorded.before");
  writer_->with_journal([](Journal& journal) { journal.set_phase(RunPhase::recorded); });
  DRIFT_FAILPOINT("journal.recorded.after");
  DRIFT_FAILPOINT("journal.keep.before");
  Journal::move(writer_->finish(), applied_file_);
  DRIFT_FAILPOINT("journal.keep.after");
  writer_.reset();
  journal_file_ = applied_file_;
}

void Run::write_row(const char* phase) {
  row_.phase = phase;
  take_counts(row_, counters_.snapshot());
  run_table_.write(row_, lease_->check());
}

// What the run came to. Its row helps people; what is safe does not depend on it.
void Run::write_last_row(Outcome outcome) noexcept {
  if (row_.phase.empty()) return;
  try {
    row_.outcome = outcome;
    row_.ended = iso_time(client_.core().loop().clock().system());
    if (const auto errors = errors_.errors(); !errors.empty()) row_.problem = errors.front().what();
    row_.journal = journal_file_.string();
    if (outcome == Outcome::applied || outcome == Outcome::undone) row_.phase = "done";
    take_counts(row_, counters_.snapshot());
    DRIFT_FAILPOINT("run.last_row.before");
    run_table_.write(row_, lease_->check());
    DRIFT_FAILPOINT("run.last_row.after");
  } catch (const std::exception&) {
    // Without the network or the lease the row stays as it was: a run that has not ended.
    return;
  }
}

}  // namespace drift::migrate
