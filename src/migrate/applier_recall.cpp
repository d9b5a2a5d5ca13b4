// Applier: how a callback is called again because a live writer was first, and how its group's rest is replaced. The
// model's step_call_again.
#include "migrate/applier.hpp"

#include "base/failpoint.hpp"
#include "migrate/callback_error.hpp"
#include "value/attribute_json.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionOutcome;
using journal::ActionRecord;
using journal::ActionState;

bool same_action(const ActionRecord& a, const ActionRecord& b) {
  return a.kind == b.kind && a.table == b.table && a.key == b.key && a.item == b.item && a.expression == b.expression &&
         a.condition == b.condition && a.names == b.names && a.values == b.values;
}

bool is_applied(const ActionOutcome& outcome) {
  return outcome.state == ActionState::done || outcome.state == ActionState::skipped;
}

// How many of a group's actions are applied, if they are its beginning and the new list begins with the same; else
// none.
std::optional<std::size_t> applied_beginning(const std::vector<std::pair<ActionRecord, ActionOutcome>>& group,
                                             const std::vector<ActionRecord>& now) {
  const auto rest = std::find_if(group.begin(), group.end(), [](const auto& row) { return !is_applied(row.second); });
  const auto settled = [](const auto& row) {
    return is_applied(row.second) || row.second.state == ActionState::in_doubt;
  };
  if (std::any_of(rest, group.end(), settled)) return std::nullopt;
  const auto count = static_cast<std::size_t>(rest - group.begin());
  if (count > now.size()) return std::nullopt;
  const bool same = std::equal(group.begin(), rest, now.begin(), [](const auto& row, const ActionRecord& action) {
    return same_action(row.first, action);
  });
  return same ? std::optional(count) : std::nullopt;
}

Error changed_too_often(const ActionRecord& action, std::uint32_t times) {
  return Error({.code = "ChangedTooOften",
                .message = "the item was changed by others each of the " + std::to_string(times) +
                           " times that its callback was called for it",
                .table = action.table,
                .key = value::parse_attributes(action.key),
                .next_step = "Nothing was written to it by this action. The next run tries it again."});
}

Error half_applied(const ActionRecord& action) {
  return Error({.code = "HalfApplied",
                .message = "the item was changed by others after a part of its callback's actions was applied, and the "
                           "callback now queues other ones",
                .table = action.table,
                .key = value::parse_attributes(action.key),
                .next_step = "The rest was not sent. Look at the item, and run the migration again."});
}

}  // namespace

void Applier::freeze(const Job& job, std::string item) {
  const Group group = job->group;
  group->frozen = true;
  group->item = std::move(item);
  ++recalls_;
  recall_if_idle(group);
}

void Applier::recall_if_idle(const Group& group) {
  if (!group->frozen || group->called || group->under_way > 0) return;
  if (run_.halted()) {
    group->frozen = false;
    --recalls_;
    return;
  }
  if (group->calls == limits_.calls_max) {
    return quarantine(group, changed_too_often(group->jobs.front()->action, group->calls), ActionState::quarantined);
  }
  ++group->calls;
  group->called = true;
  pool_.call(std::move(group->item), [self = shared_from_this(), group](RecallPool::Result result) {
    auto shared = std::make_shared<RecallPool::Result>(std::move(result));
    self->run_.core().loop().post([self, group, shared] { self->called_again(group, std::move(*shared)); });
  });
}

void Applier::called_again(const Group& group, RecallPool::Result result) {
  group->called = false;
  if (const auto* error = std::get_if<Error>(&result)) {
    if (is_given_up(*error, run_.options.stop)) {
      run_.halt.request_stop();  // the stop itself may not have come so far
      recall_if_idle(group);
      return pump();
    }
    ++run_.counters.callback_errors;
    ++run_.counters.recall_errors;
    quarantine(group, *error, ActionState::failed);
    return pump();
  }
  replace_rest(group, std::move(std::get<std::vector<ActionRecord>>(result)));
}

void Applier::replace_rest(const Group& group, std::vector<ActionRecord> actions) {
  struct Work {
    std::vector<ActionRecord> actions;
    bool fits = false;
    std::uint64_t more_queued = 0;
  };
  auto work = std::make_shared<Work>();
  work->actions = std::move(actions);
  run_.journal.call(
      [work, number = group->number](journal::Journal& journal) {
        const auto beginning = applied_beginning(journal.group(number), work->actions);
        if (!beginning) return;
        work->fits = true;
        work->actions.erase(work->actions.begin(), work->actions.begin() + static_cast<std::ptrdiff_t>(*beginning));
        const std::uint64_t queued_before = journal.totals().queued;
        DRIFT_FAILPOINT("recall.replace.before");
        work->actions = journal.replace_rest(number, std::move(work->actions));
        DRIFT_FAILPOINT("recall.replace.after");
        work->more_queued = journal.totals().queued - queued_before;
      },
      [self = shared_from_this(), group, work](const std::optional<Error>& error) {
        self->run_.core().loop().post([self, group, work, error] {
          if (error) {
            self->run_.fail(*error);
            group->frozen = false;
            --self->recalls_;
          } else if (!work->fits) {
            self->quarantine(group, half_applied(group->jobs.front()->action), ActionState::quarantined);
          } else {
            self->run_.counters.actions_queued += work->more_queued;
            self->replaced(group, std::move(work->actions));
          }
          self->pump();
        });
      });
}

void Applier::replaced(const Group& group, std::vector<ActionRecord> rest) {
  group->frozen = false;
  --recalls_;
  ++run_.counters.conflicts_resolved;
  for (const Job& job : std::vector<Job>(group->jobs)) leave_window(job);
  for (ActionRecord& action : rest) admit(std::move(action), group);
}

// None of the group's rest is sent: it was queued for an item that is another one now.
void Applier::quarantine(const Group& group, const Error& error, ActionState state) {
  group->frozen = false;
  --recalls_;
  ++run_.counters.action_errors;
  run_.errors.add(error);
  for (const Job& job : std::vector<Job>(group->jobs)) {
    if (job->state >= ApplyJob::State::settled) continue;  // or held back by one before it
    settle_without_request(job, state, error.what());
    hold_back_behind(job);
    leave_window(job);
  }
  run_.check_budget();
}

// The scanned item was deleted: what its callback queued beside is not done either.
void Applier::drop_group_of(const Job& job) {
  if (!job->action.scanned_item && job->action.guard != journal::GuardKind::scanned_check) return;
  for (const Job& other : std::vector<Job>(job->group->jobs)) {
    if (other == job || other->state != ApplyJob::State::waiting) continue;
    settle_without_request(other, ActionState::gone, "");
    leave_window(other);
  }
}

}  // namespace drift::migrate
