// Applier: plain puts and removes of one table, up to 25 in one request.
//
// A batch is what is ready at the moment and may leave now: nothing waits for one to become full, and one action goes
// as the single request that it is otherwise. Each action takes its units from the pacer, for its own lane, and has its
// own place below the send mark, its own outcome and its own doubts; only in flight they are one request. When
// something is wrong with the whole of a batch, its actions go singly from then on, and what is wrong names its item.
#include "migrate/applier.hpp"

#include "base/failpoint.hpp"

#include <utility>

namespace drift::migrate {

struct Applier::Batch {
  std::vector<Job> jobs = {};
  std::size_t bytes = 0;
  base::SteadyTime sent_at = {};

  [[nodiscard]] BatchActions actions() const {
    BatchActions actions;
    for (const Job& job : jobs) actions.push_back(&job->action);
    return actions;
  }
};

// One request at a time is for the order of the writes, and a batch has none.
bool Applier::goes_in_batch(const ApplyJob& job) const {
  return job.lane->is_shared && !batches_forbidden_ && in_flight_max() > 1;
}

void Applier::start_batch(const Job& first) {
  const base::SteadyTime now = run_.pace.now();
  const auto batch = std::make_shared<Batch>();
  batch->jobs.push_back(first);
  batch->bytes = first->action.bytes();
  batch->sent_at = now;
  depart(first, now);
  gather(*batch, now);
  if (batch->jobs.size() == 1) return send(first, false, now);
  send_batch(batch);
}

// What else may go. Each job departs as it is taken, so that rates and caps count it for the next one.
void Applier::gather(Batch& batch, base::SteadyTime now) {
  const ApplyJob& first = *batch.jobs.front();
  while (batch.jobs.size() < batch_actions_max) {
    const Job next = ready_.next_beside(first, now);
    if (!next || !cover(*next)) return;
    const std::size_t bytes = batch.bytes + next->action.bytes();
    if (bytes > batch_bytes_max || in_flight_bytes_ + bytes > limits_.in_flight_bytes_max) return;
    if (!run_.pace.affords(0, run_.pace.writes().estimate(next->lane->table))) return;
    ready_.erase(next);
    if (!take_up(next)) continue;
    depart(next, now);
    batch.jobs.push_back(next);
    batch.bytes = bytes;
  }
}

// The model's step_send, of each of them.
void Applier::send_batch(const std::shared_ptr<Batch>& batch) {
  ++in_flight_;
  in_flight_bytes_ += batch->bytes;
  PreparedRequest prepared = policy_.write_batch(batch->actions());
  DRIFT_FAILPOINT("apply.batch.before");
  run_.core().start(*prepared.operation, std::move(prepared.body),
                    {.attempts_max = -1,
                     .stop = cancel_.get_token(),
                     .table = batch->jobs.front()->action.table,
                     .may_send = [self = this] { return self->has_lease(); },
                     .gives_back_throttling = true},
                    [self = shared_from_this(), batch](const client::CallResult& result) {
                      DRIFT_FAILPOINT("apply.batch_answer.before");
                      self->answer_batch(*batch, result);
                      DRIFT_FAILPOINT("apply.batch_answer.after");
                      self->pump();
                    });
  DRIFT_FAILPOINT("apply.batch.after");
}

void Applier::answer_batch(const Batch& batch, const client::CallResult& result) {
  const base::SteadyTime now = run_.pace.now();
  if (result.attempts == 1 && !result.given_back) in_flight_limit_.answered(now - batch.sent_at, in_flight_, now);
  --in_flight_;
  in_flight_bytes_ -= batch.bytes;
  // What the request met counts for each action, as if it had gone alone.
  for (const Job& job : batch.jobs) count_attempts(job, result);
  if (result.given_back && !result.error->in_doubt()) {
    for (const Job& job : batch.jobs) give_back(job, result, now);
    return;
  }
  judge_batch_answer(batch, result, now);
}

void Applier::judge_batch_answer(const Batch& batch, const client::CallResult& result, base::SteadyTime now) {
  BatchVerdict verdict;
  try {
    verdict = policy_.judge_batch(batch.actions(), result);
  } catch (const Error&) {
    verdict.next = BatchVerdict::Next::look;  // an answer that makes no sense proves nothing
  }
  if (verdict.are_forbidden) forbid_batches(*result.error);
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    const Job& job = batch.jobs[i];
    const ApplyLane lane = *job->lane;
    switch (verdict.next) {
      case BatchVerdict::Next::parts:
        judge_part(job, std::move(verdict.parts[i]), now);
        break;
      case BatchVerdict::Next::as_alone:
        judge_answer(job, false, result, now);
        break;
      case BatchVerdict::Next::singly:
        run_.pace.writes().ended(lane.table, lane.range, job->taken, now);
        queue_alone(job);
        break;
      case BatchVerdict::Next::look:
        run_.pace.writes().answered(lane.table, lane.range, job->taken, {.units = job->taken}, now);
        again(job, true);
        break;
    }
  }
}

void Applier::judge_part(const Job& job, BatchPart part, base::SteadyTime now) {
  const ApplyLane lane = *job->lane;
  if (part.is_processed) {
    const pace::Consumed consumed{.units = part.consumed.units, .indexes = std::move(part.consumed.indexes)};
    run_.pace.writes().answered(lane.table, lane.range, job->taken, consumed, now);
    return carry_out(job, {.consumed = {.units = part.consumed.units}});
  }
  // Nobody says what there is not enough of. It is the least that it can be that is slowed; when more is short of
  // capacity, the action's own request is refused with the reason.
  ++run_.counters.throttled;
  ++job->outcome.throttled;
  run_.pace.writes().refused(lane.table, lane.range, job->taken, {.scope = pace::Refusal::Scope::key_range}, now);
  queue_alone(job);
}

// It was certainly not executed, and waits for its turn in its lane again.
void Applier::queue_alone(const Job& job) {
  job->goes_alone = true;
  unsent(job);
  if (!run_.halted()) make_ready({job});
}

void Applier::forbid_batches(const Error& error) {
  if (std::exchange(batches_forbidden_, true) || run_.notes == nullptr) return;
  run_.notes->push_back("Puts and removes went one a request, and not 25. " + error.message() + " " +
                        error.next_step());
}

}  // namespace drift::migrate
