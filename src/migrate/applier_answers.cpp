// Applier: one action's way from its turn to its outcome.
#include "migrate/applier.hpp"

#include "base/failpoint.hpp"
#include "migrate/guard.hpp"
#include "migrate/refusal.hpp"
#include "value/attribute_json.hpp"

#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionState;

// What a look at an item is thought to consume: most are of 4 KB or less.
constexpr double look_units = 1;
// Beside all that is in flight: the rest of the queue takes each place that becomes free, and a doubt must not wait for
// the queue's end.
constexpr std::size_t doubts_at_once = 16;

}  // namespace

void Applier::start(const Job& job) {
  if (!take_up(job)) return;
  if (goes_in_batch(*job)) return start_batch(job);
  request(job, policy_.begin(job->action, job->maybe_sent) == Verdict::Next::look);
}

bool Applier::take_up(const Job& job) {
  if (job->state != ApplyJob::State::waiting || job->group->frozen) return false;
  job->state = ApplyJob::State::under_way;
  ++job->group->under_way;
  return true;
}

void Applier::request(const Job& job, bool is_look) {
  const base::SteadyTime now = run_.pace.now();
  if (!is_look) depart(job, now);
  send(job, is_look, now);
}

void Applier::depart(const Job& job, base::SteadyTime now) {
  job->taken = run_.pace.writes().depart(job->lane->table, job->lane->range, now);
}

// The model's step_send.
void Applier::send(const Job& job, bool is_look, base::SteadyTime now) {
  ++in_flight_;
  in_flight_bytes_ += job->action.bytes();
  job->sent_at = now;
  if (is_look) job->taken = run_.pace.reads().depart(job->lane->table, job->lane->range, now, look_units);
  PreparedRequest prepared = is_look ? read_request(job->action) : policy_.write(job->action);
  DRIFT_FAILPOINT("apply.send.before");
  run_.core().start(*prepared.operation, std::move(prepared.body),
                    {.attempts_max = -1,
                     .stop = cancel_.get_token(),
                     .table = job->action.table,
                     .may_send = [self = this] { return self->has_lease(); },
                     .gives_back_throttling = !is_look},
                    [self = shared_from_this(), job, is_look](const client::CallResult& result) {
                      DRIFT_FAILPOINT("apply.answer.before");
                      self->answer(job, is_look, result);
                      DRIFT_FAILPOINT("apply.answer.after");
                      self->pump();
                    });
  DRIFT_FAILPOINT("apply.send.after");
}

void Applier::answer(const Job& job, bool is_look, const client::CallResult& result) {
  const base::SteadyTime now = run_.pace.now();
  if (!is_look && result.attempts == 1 && !result.given_back) {
    in_flight_limit_.answered(now - job->sent_at, in_flight_, now);
  }
  --in_flight_;
  in_flight_bytes_ -= job->action.bytes();
  count_attempts(job, result);
  if (result.given_back && !result.error->in_doubt()) return give_back(job, result, now);
  judge_answer(job, is_look, result, now);
}

void Applier::count_attempts(const Job& job, const client::CallResult& result) {
  const std::uint32_t again = result.attempts > 0 ? result.attempts - 1 : 0;
  const std::uint32_t retried = again > result.throttled ? again - result.throttled : 0;
  run_.counters.throttled += result.throttled;
  run_.counters.retried += retried;
  job->outcome.throttled += result.throttled;
  job->outcome.retried += retried;
}

void Applier::judge_answer(const Job& job, bool is_look, const client::CallResult& result, base::SteadyTime now) {
  pace::Pacer& pacer = is_look ? run_.pace.reads() : run_.pace.writes();
  if (stays_queued(result)) {
    pacer.ended(job->lane->table, job->lane->range, job->taken, now);
    return unsent(job);  // the run ends; it stays in the window
  }
  Verdict verdict = judge(job, is_look, result);
  // What a refused or lost request consumed the answer does not say; a failed condition costs what the write would
  // have.
  const double units = is_look ? verdict.read_units : verdict.consumed.units;
  const pace::Consumed consumed{.units = result.error ? job->taken : units,
                                .indexes = std::move(verdict.consumed.indexes)};
  pacer.answered(job->lane->table, job->lane->range, job->taken, consumed, now);
  carry_out(job, std::move(verdict));
}

// The server has no capacity for it now: certainly not executed. It waits for its turn in its lane again.
void Applier::give_back(const Job& job, const client::CallResult& result, base::SteadyTime now) {
  run_.pace.writes().refused(job->lane->table, job->lane->range, job->taken, refusal_of(result), now);
  unsent(job);
  if (!run_.halted()) make_ready({job});
}

void Applier::unsent(const Job& job) {
  --job->group->under_way;
  if (job->state != ApplyJob::State::left) job->state = ApplyJob::State::waiting;
  recall_if_idle(job->group);
}

// Whether the request was certainly not executed and nothing speaks against the action: it was given up while it waited
// for another attempt after a halt, or something ends the run that has nothing to do with the item.
bool Applier::stays_queued(const client::CallResult& result) {
  if (!result.error || result.error->in_doubt()) return false;
  if (run_.halted() && result.error->code() == "Cancelled") return true;
  if (!result.error->retryable() && !ends_the_run(*result.error)) return false;
  if (!run_.halted()) run_.fail(*result.error);
  return true;
}

Standing Applier::standing_of(const Job& job) {
  Standing standing{.maybe_sent = job->maybe_sent};
  if (!job->maybe_sent) return standing;
  for (const Job& later : job->group->jobs) {
    const bool tells = !later->action.image.empty() || later->action.kind == journal::ActionKind::remove;
    if (later != job && later->maybe_sent && tells && later->action.table == job->action.table &&
        later->action.key == job->action.key) {
      standing.later.push_back(&later->action);
    }
  }
  return standing;
}

// The model's step_judge.
Verdict Applier::judge(const Job& job, bool is_look, const client::CallResult& result) {
  try {
    return is_look ? policy_.judge_look(job->action, result) : policy_.judge(job->action, standing_of(job), result);
  } catch (const Error& error) {
    // An answer that makes no sense proves nothing.
    return {.state = is_look && !job->maybe_sent ? ActionState::failed : ActionState::in_doubt, .error = error};
  }
}

// What a failed guard means for an action that was not executed, or may have been, holds for who has the lease: another
// process that took over may have executed it meanwhile.
bool Applier::needs_lease(const Verdict& verdict) const {
  const bool decides = verdict.next == Verdict::Next::call_again || verdict.state == ActionState::in_doubt;
  return decides && !has_lease();
}

void Applier::carry_out(const Job& job, Verdict verdict) {
  run_.counters.write_units += verdict.consumed.units;
  run_.counters.read_units += verdict.read_units;
  job->outcome.write_units += verdict.consumed.units;
  job->outcome.read_units += verdict.read_units;
  if (verdict.was_applied) {
    ++job->outcome.in_doubt_applied;
    ++run_.counters.in_doubt_applied;
  }
  if (verdict.was_not_applied) {
    ++job->outcome.in_doubt_not_applied;
    ++run_.counters.in_doubt_not_applied;
  }
  if (needs_lease(verdict)) {  // it is asked again once the lease is renewed; else the run ends
    unsent(job);
    return make_ready({job});
  }
  switch (verdict.next) {
    case Verdict::Next::settle:
      --job->group->under_way;
      return settle(job, std::move(verdict));
    case Verdict::Next::send:
      if (verdict.was_not_applied) {  // a look told: it is as if it had never been sent
        job->maybe_sent = false;
        unsent(job);
        return make_ready({job});
      }
      return again(job, false);
    case Verdict::Next::look:
      return again(job, true);
    case Verdict::Next::call_again:
      --job->group->under_way;
      job->state = ApplyJob::State::waiting;
      return freeze(job, std::move(verdict.item));
  }
}

// In doubt: another request after a wait, that tells or repeats without harm.
void Applier::again(const Job& job, bool is_look) {
  job->maybe_sent = true;
  job->goes_alone = true;  // from here on, also where it turns out that it was not executed
  ++job->doubts;
  ++job->outcome.retried;
  ++run_.counters.retried;
  if (run_.halted() || job->doubts > limits_.doubts_max) return give_up_doubt(job);
  wait_then_request(job, is_look);
}

void Applier::wait_then_request(const Job& job, bool is_look) {
  ++waits_;
  const auto wait = run_.core().settings().retry.wait(job->doubts, random_.unit());
  run_.core().loop().after(wait, [self = shared_from_this(), job, is_look] {
    if (self->ended_) return;  // the run may be gone
    --self->waits_;
    if (self->run_.halted()) {
      self->give_up_doubt(job);
    } else if (!self->may_go(job, is_look)) {
      self->wait_then_request(job, is_look);
    } else {
      self->request(job, is_look);
    }
    self->pump();
  });
}

// A request for one in doubt is one among all others, but for its room in flight: for a pause, rates and caps.
bool Applier::may_go(const Job& job, bool is_look) {
  if (run_.pace.paused() || !has_lease() || in_flight_ >= in_flight_max() + doubts_at_once) return false;
  pace::Pacer& pacer = is_look ? run_.pace.reads() : run_.pace.writes();
  const base::SteadyTime now = run_.pace.now();
  if (pacer.next_departure(job->lane->table, job->lane->range, now).at > now) return false;
  const double write_units = is_look ? 0 : pacer.estimate(job->lane->table);
  return run_.pace.affords(is_look ? look_units : 0, write_units);
}

// The doubt stays, and the next run resolves it.
void Applier::give_up_doubt(const Job& job) {
  --job->group->under_way;
  if (run_.halted()) {
    job->state = ApplyJob::State::waiting;  // finish_execution() writes it down
    return recall_if_idle(job->group);
  }
  const Error error({.code = "AnswerLost",
                     .message = "no answer came to " + std::to_string(job->doubts) + " requests",
                     .table = job->action.table,
                     .key = value::parse_attributes(job->action.key),
                     .next_step = "Run the migration again: it finds out whether the write was executed, and goes on.",
                     .in_doubt = true});
  settle(job, {.state = ActionState::sent, .error = error});
}

void Applier::settle(const Job& job, Verdict verdict) {
  job->outcome.state = verdict.state;
  job->outcome.before = std::move(verdict.before);
  if (verdict.error) job->outcome.detail = verdict.error->what();
  // The marker of an action that was in doubt is kept: a delayed request may still find it.
  const bool sent_twice = job->maybe_sent || job->outcome.retried > 0;
  if (!verdict.error && sent_twice && job->action.repeat == journal::RepeatKind::marker) {
    job->outcome.detail = "doubt";
  }
  const bool next_waits = order_.has_next(*job);
  if (next_waits) {
    record_before_next(job);
  } else {
    record(job);
  }
  count(verdict.state);
  pass_image_on(job, verdict.state);
  if (verdict.error) note_error(job, *verdict.error);
  const Group group = job->group;
  if (verdict.state == ActionState::gone) drop_group_of(job);
  if (!next_waits) leave_window(job);
  recall_if_idle(group);
}

void Applier::settle_without_request(const Job& job, ActionState state, const std::string& detail) {
  job->outcome.state = state;
  job->outcome.detail = detail;
  record(job);
  count(state);
}

void Applier::count(ActionState state) {
  Counters& counters = run_.counters;
  if (state == ActionState::done) ++counters.actions_done;
  if (state == ActionState::skipped) ++counters.actions_skipped;
  if (state == ActionState::gone) ++counters.gone;
  if (state == ActionState::quarantined || state == ActionState::in_doubt) ++counters.quarantined;
}

void Applier::record(const Job& job) {
  DRIFT_FAILPOINT("apply.record.before");
  run_.journal.record(std::move(job->outcome), [halt = run_.halt](const std::optional<Error>& error) mutable {
    DRIFT_FAILPOINT("apply.record.after");
    if (error) halt.request_stop();  // execute() throws it from flush()
  });
  job->outcome = {.sequence = job->action.sequence};
}

// Certainly not sent, whatever the mark says later.
void Applier::record_unsent(const ApplyJob& job) {
  if (job.maybe_sent) return;
  run_.journal.record({.sequence = job.action.sequence, .state = ActionState::queued});
}

// The next action on the item is sent when this one's outcome is durable: were both in doubt after a crash, the item
// would be the result of the second, and tell nothing of the first. (Two of one callback would be told apart by their
// chain; an undo's, or those of two callbacks, would not.)
void Applier::record_before_next(const Job& job) {
  job->state = ApplyJob::State::settled;
  const bool keeps_order = in_flight_max() == 1;  // nothing else goes before the next one
  if (keeps_order) ++in_flight_;
  const auto self = shared_from_this();
  DRIFT_FAILPOINT("apply.record_chained.before");
  run_.journal.record(std::move(job->outcome), [=](const std::optional<Error>& error) {
    DRIFT_FAILPOINT("apply.record_chained.after");
    if (error) self->run_.halt.request_stop();  // execute() throws it from flush()
    self->run_.core().loop().post([=] {
      if (self->ended_) return;  // the run may be gone
      if (keeps_order) --self->in_flight_;
      self->leave_window(job);
      self->pump();
    });
  });
  job->outcome = {.sequence = job->action.sequence};
}

// After the caller's condition has said no, the next action on the item meets the image that this one met; and those
// behind it what that one leaves.
void Applier::pass_image_on(const Job& job, ActionState state) {
  const bool skipped = state == ActionState::skipped;
  if (job->action.image.empty() || !(skipped || (state == ActionState::done && job->image_changed))) return;
  for (const Job& later : job->group->jobs) {
    if (place_of(*later) <= place_of(*job) || !later->action.scanned_item || later->action.image.empty()) continue;
    later->image_changed = true;
    later->action.image = skipped ? job->action.image : image_json_after(job->action);
    return;
  }
}

void Applier::note_error(const Job& job, const Error& error) {
  ++run_.counters.action_errors;
  run_.errors.add(error);
  hold_back_behind(job);
  if (order_.held_back() > limits_.held_back_max) {
    run_.fail(Error("TooManyErrors", "more than " + std::to_string(limits_.held_back_max) +
                                         " items have failed actions; the rest of the queue was not sent"));
  } else {
    run_.check_budget();
  }
}

// What comes later on the job's item is not sent by this run.
void Applier::hold_back_behind(const Job& job) {
  for (const Job& waiting : order_.hold_back(*job)) {
    record_unsent(*waiting);
    leave_window(waiting);
  }
}

}  // namespace drift::migrate
