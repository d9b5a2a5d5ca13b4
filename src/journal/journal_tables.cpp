#include "journal/journal_tables.hpp"

#include "journal/problem.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace drift::journal {
namespace {

// Capacity is a number of requests' answers; what is none would spoil the sum.
double units(double value) noexcept { return std::isfinite(value) && value > 0 ? value : 0; }

// The total that counts the outcomes of a state.
struct Counted {
  ActionState state;
  std::uint64_t Totals::*total;
};
constexpr std::array counted{Counted{ActionState::done, &Totals::done},
                             Counted{ActionState::skipped, &Totals::skipped},
                             Counted{ActionState::failed, &Totals::failed},
                             Counted{ActionState::in_doubt, &Totals::in_doubt},
                             Counted{ActionState::gone, &Totals::gone},
                             Counted{ActionState::replaced, &Totals::replaced},
                             Counted{ActionState::quarantined, &Totals::quarantined},
                             Counted{ActionState::sent, &Totals::sent}};

OutcomeTable::Sums sums_of(const Counts& counts) {
  OutcomeTable::Sums sums{.digest = counts.outcomes_digest};
  for (const auto& [state, total] : counted) {
    sums.of_state.at(static_cast<std::size_t>(state)) = counts.totals.*total;
  }
  return sums;
}

// Whether these are the rows whose sums were written. Of those that were trimmed only their number is known, and that
// they were finished.
bool agree(const OutcomeTable::Sums& rows, const Counts& counts) {
  const OutcomeTable::Sums written = sums_of(counts);
  std::uint64_t finished_rows = counts.trimmed;
  std::uint64_t finished = 0;
  for (const auto& [state, total] : counted) {
    const std::uint64_t of_rows = rows.of_state.at(static_cast<std::size_t>(state));
    if (OutcomeTable::is_finished(state)) {
      finished_rows += of_rows;
      finished += counts.totals.*total;
    } else if (of_rows != counts.totals.*total) {
      return false;
    }
  }
  return finished_rows == finished && rows.digest == written.digest;
}

void set_sums(Counts& counts, const OutcomeTable::Sums& sums) {
  for (const auto& [state, total] : counted) {
    counts.totals.*total = sums.of_state.at(static_cast<std::size_t>(state));
  }
  counts.outcomes_digest = sums.digest;
}

}  // namespace

JournalTables::JournalTables(Database& database)
    : database_(&database),
      run_(database),
      queue_(database),
      outcomes_(database),
      late_(database, run_.counts().late_digest),
      seen_(database, run_.counts().seen_digest),
      order_(database, queue_, outcomes_, late_),
      trim_point_(queue_, outcomes_, late_) {
  check_counts();
}

void JournalTables::check_counts() {
  const Counts& counts = run_.counts();
  const Rows expected = counts.trimmed == counts.totals.queued ? Rows{.first = 0, .last = 0} : rows();
  if (const Rows found = queue_.found(); found != expected) {
    throw damaged(database_->file(), "it has the actions " + std::to_string(found.first) + " to " +
                                         std::to_string(found.last) + ", not " + std::to_string(expected.first) +
                                         " to " + std::to_string(expected.last));
  }
  settled_prefix_ = counts.trimmed;
  if (!agree(outcomes_.add_up(settled_prefix_), counts)) {
    throw damaged(database_->file(), "its outcomes are not as they were written");
  }
}

Rows JournalTables::rows() const noexcept {
  return {.first = run_.counts().trimmed + 1, .last = run_.counts().totals.queued};
}

// A late action's row is there until its turn comes, but its group is gone.
bool JournalTables::is_trimmed(std::uint64_t sequence, const Counts& counts) const {
  return counts.trimmed > 0 && late_.place_of(sequence) <= counts.trimmed;
}

void JournalTables::check_sequence(std::uint64_t sequence, const Counts& counts, const char* what) const {
  const std::uint64_t last = counts.totals.queued;
  if (sequence == 0 || sequence > last) {
    throw journal_error(database_->file(),
                        what + (" names action " + std::to_string(sequence)) + " of " + std::to_string(last));
  }
  if (is_trimmed(sequence, counts)) {
    throw journal_error(database_->file(), what + (" names action " + std::to_string(sequence)) +
                                               ", which was finished and is no longer kept");
  }
}

Cursor JournalTables::cursor_behind(const PageRecord& page) const {
  if (page.segment >= run_.header().segments) {
    throw journal_error(database_->file(), "segment " + std::to_string(page.segment) + " does not exist: the run has " +
                                               std::to_string(run_.header().segments));
  }
  return {.segment = page.segment, .last_key = page.last_key, .finished = page.last_key.empty()};
}

void JournalTables::append_page(PageRecord& page, Counts& counts) {
  for (auto& group : page.groups) {
    if (group.empty()) {
      continue;
    }
    ++counts.groups;
    for (ActionRecord& action : group) {
      action.sequence = ++counts.totals.queued;
      action.place = action.sequence;
      action.group = counts.groups;
      action.segment = page.segment;
      queue_.append(action);
    }
  }
  for (const std::string& key : page.seen) {
    seen_.add(key, counts.seen_digest);
  }
  counts.totals.items += page.items;
  counts.totals.callbacks += page.callbacks;
  counts.totals.throttled += page.throttled;
  counts.totals.read_units += units(page.read_units);
}

void JournalTables::record(const ActionOutcome& outcome, Counts& counts, OutcomeTable::Sums& sums) {
  check_sequence(outcome.sequence, counts, "an outcome");
  outcomes_.record(outcome, units(outcome.write_units), run_.generation(), sums);
  Totals& totals = counts.totals;
  totals.write_units += units(outcome.write_units);
  totals.read_units += units(outcome.read_units);
  totals.throttled += outcome.throttled;
  totals.retried += outcome.retried;
  totals.in_doubt_applied += outcome.in_doubt_applied;
  totals.in_doubt_not_applied += outcome.in_doubt_not_applied;
}

void JournalTables::write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes,
                          std::uint64_t send_mark) {
  if (pages.empty() && outcomes.empty() && send_mark <= run_.counts().send_mark) {
    return;
  }
  Counts counts = run_.counts();
  OutcomeTable::Sums sums = sums_of(counts);
  RunState::Cursors moved;
  std::uint64_t prefix = settled_prefix_;
  std::uint64_t unfinished = UINT64_MAX;
  try {
    Transaction transaction(*database_);
    for (PageRecord& page : pages) {
      moved.insert_or_assign(page.segment, cursor_behind(page));
      append_page(page, counts);
    }
    for (const ActionOutcome& outcome : outcomes) {
      record(outcome, counts, sums);
      if (!OutcomeTable::is_settled(outcome.state)) {
        prefix = std::min(prefix, outcome.sequence - 1);
      }
      if (!OutcomeTable::is_finished(outcome.state)) {
        unfinished = std::min(unfinished, outcome.sequence);
      }
    }
    set_sums(counts, sums);
    counts.send_mark = std::max(counts.send_mark, send_mark);
    run_.write_cursors(moved, counts);
    run_.write_counts(counts);
    transaction.commit();
  } catch (...) {
    queue_.forget();
    throw;
  }
  run_.committed(counts, moved);
  settled_prefix_ = prefix;
  trim_point_.is_unfinished(unfinished);
}

bool JournalTables::is_doubtful(const ActionRecord& action, const OutcomeTable::Verdict& verdict) const {
  if (verdict.state == ActionState::sent) {
    return true;
  }
  return !replaced_here_.contains(action.sequence) && action.place <= run_.sent_before().since(verdict.generation);
}

std::vector<ActionRecord> JournalTables::pending(std::uint64_t after, std::size_t count, std::size_t bytes_max) {
  return order_.pending({.after = after,
                         .settled_prefix = settled_prefix_,
                         .last = run_.counts().totals.queued,
                         .count = count,
                         .bytes_max = bytes_max},
                        [this](const ActionRecord& action, const OutcomeTable::Verdict& verdict) {
                          return is_doubtful(action, verdict);
                        });
}

std::vector<ActionWithOutcome> JournalTables::troubles(std::size_t count, std::optional<ActionState> only) {
  constexpr std::array all{ActionState::failed, ActionState::in_doubt, ActionState::quarantined};
  const auto wanted = only ? std::span<const ActionState>(&*only, 1) : std::span<const ActionState>(all);
  const OutcomeTable::Sums sums = sums_of(run_.counts());
  std::uint64_t there = 0;
  for (const ActionState state : wanted) {
    there += sums.of_state.at(static_cast<std::size_t>(state));
  }
  const std::uint64_t expected = std::min<std::uint64_t>(count, there);
  if (expected == 0) {
    return {};
  }
  std::vector<ActionOutcome> outcomes = outcomes_.with_state(wanted, expected);
  if (outcomes.size() != expected) {
    throw damaged(database_->file(), "outcomes of failed actions are missing");
  }
  std::vector<ActionWithOutcome> result;
  result.reserve(outcomes.size());
  for (ActionOutcome& outcome : outcomes) {
    result.emplace_back(order_.action(outcome.sequence), std::move(outcome));
  }
  return result;
}

std::vector<ActionRecord> JournalTables::all_of(std::uint64_t group) {
  if (group == 0 || group > run_.counts().groups) {
    throw journal_error(database_->file(), "group " + std::to_string(group) + " of " +
                                               std::to_string(run_.counts().groups) + " is asked for");
  }
  if (run_.counts().trimmed > 0 && group < order_.first_group(rows())) {
    throw journal_error(database_->file(),
                        "group " + std::to_string(group) + " is asked for, which was finished and is no longer kept");
  }
  return order_.group(group, rows());
}

bool JournalTables::is_unsettled(std::uint64_t sequence) {
  const auto verdict = outcomes_.verdict(sequence);
  return !verdict || !OutcomeTable::is_settled(verdict->state);
}

std::vector<ActionWithOutcome> JournalTables::group(std::uint64_t group) {
  std::vector<ActionWithOutcome> result;
  for (ActionRecord& action : all_of(group)) {
    ActionOutcome outcome = outcomes_.find(action.sequence)
                                .value_or(ActionOutcome{.sequence = action.sequence, .state = ActionState::queued});
    if (outcome.state != ActionState::replaced) {
      result.emplace_back(std::move(action), std::move(outcome));
    }
  }
  return result;
}

void JournalTables::take_over(ActionRecord& action, const ActionRecord& row, OutcomeTable::Sums& sums) {
  action.sequence = row.sequence;
  action.place = row.place;
  queue_.rewrite(action);
  // What is known of the action that stood here says nothing of the new one.
  outcomes_.erase(row.sequence, sums);
}

LatePlaces::Late JournalTables::append_late(ActionRecord& action, Counts& counts) {
  action.sequence = ++counts.totals.queued;
  queue_.append(action);
  const LatePlaces::Late late{.place = action.place, .sequence = action.sequence};
  late_.write(late, counts.late_digest);
  return late;
}

std::vector<ActionRecord> JournalTables::replace_rest(std::uint64_t group, std::vector<ActionRecord> rest) {
  const std::vector<ActionRecord> rows = all_of(group);
  const std::uint64_t place = rows.back().place;
  for (ActionRecord& action : rest) {
    action.group = group;
    action.segment = rows.front().segment;
  }
  Counts counts = run_.counts();
  OutcomeTable::Sums sums = sums_of(counts);
  std::vector<LatePlaces::Late> late;
  auto next = rest.begin();
  try {
    Transaction transaction(*database_);
    for (const ActionRecord& row : rows) {
      if (!is_unsettled(row.sequence)) {
        continue;
      }
      if (next == rest.end()) {
        outcomes_.record({.sequence = row.sequence, .state = ActionState::replaced}, 0, run_.generation(), sums);
        continue;
      }
      take_over(*next++, row, sums);
    }
    for (; next != rest.end(); ++next) {
      next->place = place;
      late.push_back(append_late(*next, counts));
    }
    set_sums(counts, sums);
    ++counts.totals.conflicts_resolved;
    run_.write_counts(counts);
    transaction.commit();
  } catch (...) {
    queue_.forget();
    throw;
  }
  run_.committed(counts);
  late_.committed(late);
  for (ActionRecord& action : rest) {
    action.maybe_sent = false;
    action.tried = false;
    replaced_here_.insert(action.sequence);
  }
  return rest;
}

std::string JournalTables::before(std::uint64_t sequence) {
  check_sequence(sequence, run_.counts(), "the question for an image");
  return outcomes_.image(sequence);
}

std::vector<ActionWithOutcome> JournalTables::backwards(std::uint64_t before, std::size_t count,
                                                        std::size_t bytes_max) {
  return order_.backwards(before, rows(), count, bytes_max);
}

std::uint64_t JournalTables::trim() {
  const Rows gone{.first = rows().first, .last = trim_point_.find(rows())};
  if (gone.last < gone.first) {
    return 0;
  }
  Counts counts = run_.counts();
  Transaction transaction(*database_);
  queue_.trim(gone);
  outcomes_.trim(gone, counts.outcomes_digest);
  late_.trim(gone.last, counts.late_digest);
  counts.trimmed = gone.last;
  run_.write_counts(counts);
  transaction.commit();
  run_.committed(counts);
  late_.trimmed(gone.last);
  settled_prefix_ = std::max(settled_prefix_, gone.last);
  std::erase_if(replaced_here_, [&](std::uint64_t sequence) { return sequence <= gone.last; });
  return gone.last - gone.first + 1;
}

}  // namespace drift::journal
