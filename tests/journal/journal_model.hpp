// A model of a journal: plain vectors, and each rule in its plainest form. What it says is what a journal has to say.
#pragma once

#include "journal/records.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace drift::journal {

struct JournalModel {
  struct Row {
    ActionRecord action;
    std::optional<ActionOutcome> outcome;
    std::uint64_t generation = 0;  // that wrote the outcome
    std::string image;
    bool replaced_here = false;
    [[nodiscard]] ActionState state() const { return outcome ? outcome->state : ActionState::queued; }
    [[nodiscard]] bool settled() const {
      return state() != ActionState::queued && state() != ActionState::failed && state() != ActionState::quarantined &&
             state() != ActionState::sent;
    }
    [[nodiscard]] bool finished() const { return settled() && state() != ActionState::in_doubt; }
  };
  struct Mark {
    std::uint64_t generation = 0;
    std::uint64_t place = 0;
  };

  std::vector<Row> rows;  // by sequence
  std::map<std::uint32_t, Cursor> cursors;
  std::uint64_t groups = 0;
  Totals sums;  // without the counts of states
  RunPhase phase = RunPhase::scanning;
  std::uint64_t generation = 1;
  std::uint64_t send_mark = 0;
  std::vector<Mark> marks;    // of all openings before this one
  std::uint64_t trimmed = 0;  // what has a place up to here is gone

  void append(const PageRecord& page) {
    for (const auto& group : page.groups) {
      groups += group.empty() ? 0 : 1;
      for (const ActionRecord& action : group) {
        add_row(action, {.group = groups, .segment = page.segment, .place = rows.size() + 1});
      }
    }
    cursors[page.segment] = {page.segment, page.last_key, page.last_key.empty()};
    sums.items += page.items;
    sums.callbacks += page.callbacks;
    sums.throttled += page.throttled;
    sums.read_units += page.read_units;
  }

  void record(const ActionOutcome& outcome) {
    Row& row = rows.at(outcome.sequence - 1);
    const ActionOutcome before = row.outcome.value_or(ActionOutcome{});
    row.outcome = outcome;
    row.outcome->write_units += before.write_units;
    row.outcome->throttled += before.throttled;
    row.generation = generation;
    row.image = outcome.before.empty() ? row.image : outcome.before;
    sums.write_units += outcome.write_units;
    sums.read_units += outcome.read_units;
    sums.throttled += outcome.throttled;
    sums.retried += outcome.retried;
    sums.in_doubt_applied += outcome.in_doubt_applied;
    sums.in_doubt_not_applied += outcome.in_doubt_not_applied;
  }

  // Gives the sequences of the new rest.
  std::vector<std::uint64_t> replace_rest(std::uint64_t group, const std::vector<ActionRecord>& rest) {
    std::vector<std::uint64_t> result;
    const std::vector<std::size_t> members = members_of(group);
    const Position end{
        .group = group, .segment = rows[members.front()].action.segment, .place = rows[members.back()].action.place};
    std::size_t next = 0;
    for (const std::size_t i : members) {
      if (!rows[i].settled() && next < rest.size()) {
        set_action(rows[i], rest[next++], i + 1, {group, end.segment, rows[i].action.place});
        rows[i].outcome.reset();
        rows[i].image.clear();
        rows[i].replaced_here = true;
        result.push_back(i + 1);
      } else if (!rows[i].settled()) {
        record({.sequence = i + 1, .state = ActionState::replaced});
      }
    }
    for (; next < rest.size(); ++next) {
      add_row(rest[next], end);
      rows.back().replaced_here = true;
      result.push_back(rows.size());
    }
    ++sums.conflicts_resolved;
    return result;
  }

  // Gives how many rows are dropped: all before the own rows of the first group that is not finished or has a marker.
  std::uint64_t trim() {
    const std::vector<std::size_t> kept = order();
    const auto stays = std::find_if(kept.begin(), kept.end(), [&](std::size_t i) {
      return !rows[i].finished() || rows[i].action.repeat == RepeatKind::marker;
    });
    const std::uint64_t last = stays == kept.end() ? rows.size() : members_of(rows[*stays].action.group).front();
    return last - std::exchange(trimmed, last);
  }
  [[nodiscard]] bool is_trimmed(std::uint64_t sequence) const { return rows.at(sequence - 1).action.place <= trimmed; }
  [[nodiscard]] bool is_trimmed_group(std::uint64_t group) const { return members_of(group).empty(); }

  void open_again() {
    marks.push_back({generation, std::min<std::uint64_t>(send_mark, rows.size())});
    send_mark = 0;
    ++generation;
    for (Row& row : rows) {
      row.replaced_here = false;
    }
  }
  void distrust() { marks.push_back({generation, rows.size()}); }

  [[nodiscard]] bool maybe_sent(const Row& row) const {
    if (row.state() == ActionState::sent || row.replaced_here) {
      return row.state() == ActionState::sent;
    }
    const std::uint64_t known_in = row.outcome ? row.generation : 0;
    return std::any_of(marks.begin(), marks.end(),
                       [&](const Mark& mark) { return mark.generation > known_in && row.action.place <= mark.place; });
  }

  // All rows that are kept, in the order in which they are due.
  [[nodiscard]] std::vector<std::size_t> order() const {
    std::vector<std::size_t> result(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      result[i] = i;
    }
    std::erase_if(result, [&](std::size_t i) { return rows[i].action.place <= trimmed; });
    std::stable_sort(result.begin(), result.end(),
                     [&](std::size_t a, std::size_t b) { return rows[a].action.place < rows[b].action.place; });
    return result;
  }

  [[nodiscard]] std::vector<std::size_t> members_of(std::uint64_t group) const {
    std::vector<std::size_t> result = order();
    std::erase_if(result, [&](std::size_t i) { return rows[i].action.group != group; });
    return result;
  }

  [[nodiscard]] std::vector<ActionRecord> pending(std::uint64_t after, std::size_t count, std::size_t bytes_max) const {
    std::vector<std::size_t> due = order();
    std::erase_if(due, [&](std::size_t i) { return rows[i].settled() || rows[i].action.place <= after; });
    std::vector<ActionRecord> result;
    for (const std::size_t i : whole_groups(due, count, bytes_max)) {
      result.push_back(rows[i].action);
      result.back().maybe_sent = maybe_sent(rows[i]);
      result.back().tried = rows[i].state() == ActionState::failed || rows[i].state() == ActionState::quarantined;
    }
    return result;
  }

  [[nodiscard]] std::vector<std::size_t> backwards(std::uint64_t before, std::size_t count,
                                                   std::size_t bytes_max) const {
    std::vector<std::size_t> all = order();
    std::reverse(all.begin(), all.end());
    std::erase_if(all, [&](std::size_t i) { return rows[i].action.place >= before; });
    return whole_groups(all, count, bytes_max);
  }

  [[nodiscard]] std::uint64_t count(ActionState state) const {
    return static_cast<std::uint64_t>(std::count_if(
        rows.begin(), rows.end(), [&](const Row& row) { return row.outcome && row.outcome->state == state; }));
  }

  [[nodiscard]] Totals totals() const {
    Totals result = sums;
    result.queued = rows.size();
    result.done = count(ActionState::done);
    result.skipped = count(ActionState::skipped);
    result.failed = count(ActionState::failed);
    result.in_doubt = count(ActionState::in_doubt);
    result.gone = count(ActionState::gone);
    result.replaced = count(ActionState::replaced);
    result.quarantined = count(ActionState::quarantined);
    result.sent = count(ActionState::sent);
    return result;
  }

 private:
  // Where an action stands, which the journal gives it.
  struct Position {
    std::uint64_t group = 0;
    std::uint32_t segment = 0;
    std::uint64_t place = 0;
  };
  static void set_action(Row& row, const ActionRecord& action, std::uint64_t sequence, const Position& position) {
    row.action = action;
    row.action.sequence = sequence;
    row.action.group = position.group;
    row.action.segment = position.segment;
    row.action.place = position.place;
  }
  void add_row(const ActionRecord& action, const Position& position) {
    rows.emplace_back();
    set_action(rows.back(), action, rows.size(), position);
  }

  // Group after group, while they fit; the first one always.
  [[nodiscard]] std::vector<std::size_t> whole_groups(const std::vector<std::size_t>& from, std::size_t count,
                                                      std::size_t bytes_max) const {
    std::vector<std::size_t> result;
    std::size_t bytes = 0;
    for (std::size_t begin = 0, end = 0; begin < from.size() && count > 0; begin = end) {
      std::size_t more = 0;
      for (end = begin; end < from.size() && rows[from[end]].action.group == rows[from[begin]].action.group; ++end) {
        more += rows[from[end]].action.bytes();
      }
      if (begin > 0 && (end > count || bytes + more > bytes_max)) {
        break;
      }
      result.insert(result.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
                    from.begin() + static_cast<std::ptrdiff_t>(end));
      bytes += more;
    }
    return result;
  }
};

}  // namespace drift::journal
