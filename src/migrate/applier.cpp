// Applier: the window, and when something may be sent. What becomes of an answer is in applier_answers.cpp, how a
// callback is called again in applier_recall.cpp.
#include "migrate/applier.hpp"

#include "base/failpoint.hpp"
#include "migrate/action_stream.hpp"
#include "migrate/lease_holder.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionRecord;

// The outcomes that the journal may owe before sending waits for it: a disk that stalls must not fill the memory.
constexpr std::size_t journal_backlog_max = 16'384;
constexpr std::size_t in_flight_first = 64;
constexpr std::size_t in_flight_min = 32;
// Of what goes singly, so many actions for each request at once are to be ready, and at least so many: the journal's
// thread may be in the middle of a commit when more are asked for.
constexpr std::size_t ready_in_flight = 4;
constexpr std::size_t ready_min = 512;
// How much further the send mark goes ahead of batches: a request has more actions, and would wait for the disk. With 1
// a run of puts takes 16 us an item and not 14, since its batches are smaller (bench/batch_bench).
constexpr std::uint64_t batch_mark_steps = 8;
// To look again at what tells nobody when it has changed: the journal's backlog, the lease.
constexpr std::chrono::milliseconds look_again{5};

pace::InFlightLimit::Bounds in_flight_bounds(const ApplyLimits& limits, std::size_t connections_max) {
  const std::size_t max = std::max<std::size_t>(std::min(limits.in_flight_max, connections_max), 1);
  return {.min = std::min(in_flight_min, max), .first = std::min(in_flight_first, max), .max = max};
}

}  // namespace

Applier::Applier(RunContext& run, ApplyPolicy& policy, ApplyLimits limits, std::uint64_t first_new_recall)
    : run_(run),
      policy_(policy),
      limits_(limits),
      first_new_recall_(first_new_recall),
      sample_(run.options.items_max),
      pool_(run),
      ready_(
          run.pace.writes(), [&run](std::string_view table) { return run.pace.table(table); },
          [&policy](const ApplyJob& job) {
            return !job.maybe_sent && !job.goes_alone && policy.goes_in_batches(job.action);
          },
          run.table->wire_name),
      order_(run.table->wire_name),
      in_flight_limit_(in_flight_bounds(limits, run.core().settings().connections_max)) {}

void Applier::execute() {
  auto& loop = run_.core().loop();
  const std::function<void()> pump = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  };
  run_.pace.on_change(pump);
  if (run_.stream) run_.stream->on_more(pump);
  loop.post(pump);
  {
    const std::stop_callback halted(run_.halt.get_token(),
                                    [self = shared_from_this(), &loop] { loop.post([self] { self->end_waiting(); }); });
    std::unique_lock lock(mutex_);
    ended_changed_.wait(lock, [this] { return ended_; });
  }
  pool_.end();
  run_.journal.flush();
}

// One at a time where the callbacks are called one at a time: the order of the scan is then that of the writes.
std::size_t Applier::in_flight_max() const { return run_.pace.concurrency() == 1 ? 1 : in_flight_limit_.limit(); }

std::uint64_t Applier::mark_ahead() const {
  return limits_.mark_ahead * std::max<std::uint64_t>(in_flight_max() / in_flight_first, 1);
}

bool Applier::may_send() const {
  return !run_.halted() && !run_.pace.paused() && in_flight_ < in_flight_max() &&
         (in_flight_ == 0 || in_flight_bytes_ < limits_.in_flight_bytes_max) &&
         run_.journal.backlog() < journal_backlog_max && has_lease();
}

bool Applier::has_lease() const { return run_.lease == nullptr || run_.lease->may_send(); }

bool Applier::done() const {
  if (in_flight_ > 0 || fetching_ || recalls_ > 0) return false;
  return run_.halted() || (fetched_all_ && window_.empty());
}

// Sends what may be sent, reads more when the window runs low, and sees the end.
void Applier::pump() {
  if (ended_) return;  // the run may be gone
  const base::SteadyTime now = run_.pace.now();
  while (!ready_.empty() && may_send()) {
    const Job next = ready_.next(now);
    if (!next || !cover(*next)) break;
    if (!run_.pace.affords(0, run_.pace.writes().estimate(next->lane->table))) break;
    ready_.erase(next);
    start(next);
  }
  if (const std::size_t count = to_fetch(now); count > 0) fetch_more(count);
  if (done()) return finish_execution();
  if (ready_.empty() || run_.pace.paused()) return;  // an answer will call us back, or the controls
  if (const auto moment = ready_.next_moment(); moment && *moment > now) return pump_later(*moment - now);
  // Nothing under way will call us back: it is the journal that has to catch up, or the lease to be renewed.
  if (in_flight_ == 0 && !fetching_ && waits_ == 0 && recalls_ == 0 && mark_asked_ == marked_) pump_later(look_again);
}

void Applier::pump_later(std::chrono::nanoseconds delay) {
  const base::SteadyTime at = run_.pace.now() + std::chrono::ceil<base::SteadyTime::duration>(delay);
  if (pump_at_ && *pump_at_ <= at) return;
  pump_at_ = at;
  run_.core().loop().after(delay, [self = shared_from_this(), at] {
    if (self->pump_at_ == at) self->pump_at_.reset();
    self->pump();
  });
}

// The model's step_move_send_mark: whether the durable mark covers a job; moves it ahead in good time, and not beyond
// what was read: of that it can be said at the end that it was not sent.
bool Applier::cover(const ApplyJob& job) {
  const std::uint64_t place = job.action.place;
  const std::uint64_t step = goes_in_batch(job) ? mark_ahead() * batch_mark_steps : mark_ahead();
  const std::uint64_t ahead = std::min(place + step, fetched_up_to_);
  if (mark_asked_ == marked_ && (place > marked_ || ahead > marked_ + step / 2)) move_mark(std::max(place, ahead));
  return place <= marked_;
}

void Applier::move_mark(std::uint64_t place) {
  mark_asked_ = place;
  DRIFT_FAILPOINT("apply.mark.before");
  run_.journal.move_send_mark(place, [self = shared_from_this(), place](const std::optional<Error>& error) {
    DRIFT_FAILPOINT("apply.mark.after");
    self->run_.core().loop().post([self, place, failed = error.has_value()] {
      if (self->ended_) return;                    // the run may be gone
      if (failed) self->run_.halt.request_stop();  // execute() throws it from flush()
      if (!failed) self->marked_ = place;
      self->mark_asked_ = self->marked_;
      self->pump();
    });
  });
}

// How many actions to read from the journal now. The window is large for what must wait: for a key range that is held
// back, for its turn, for others to go with. As long as enough may leave at once, it stays as small as the processor's
// cache: with all of the window ready at once an item takes 1.1 us more (bench/run_bench).
std::size_t Applier::to_fetch(base::SteadyTime now) const {
  if (fetched_all_ || fetching_ || run_.halted() || (run_.stream && !run_.stream->has_more())) return 0;
  if (window_bytes_ >= limits_.window_bytes_max / 2) return 0;
  const std::size_t half = std::max<std::size_t>(limits_.window_actions_max / 2, 1);
  const std::size_t room = limits_.window_actions_max - std::min(window_.size(), limits_.window_actions_max);
  const ReadyLanes::Open open = ready_.open(now);
  if (open.shared > 0) return window_.size() < half ? room : 0;
  const std::size_t enough = std::clamp(ready_in_flight * in_flight_max(), std::min(ready_min, half), half);
  return open.alone < enough && room >= enough ? enough : 0;
}

void Applier::fetch_more(std::size_t count) {
  fetching_ = true;
  if (run_.stream) run_.stream->begin_read();
  run_.journal.fetch(
      fetched_up_to_, count, limits_.window_bytes_max - window_bytes_,
      [self = shared_from_this()](std::vector<ActionRecord> actions, const std::optional<Error>& error) {
        auto shared = std::make_shared<std::vector<ActionRecord>>(std::move(actions));
        self->run_.core().loop().post([self, shared, error] { self->receive(std::move(*shared), error); });
      });
}

void Applier::receive(std::vector<ActionRecord> actions, const std::optional<Error>& error) {
  fetching_ = false;
  if (error) {
    run_.halt.request_stop();  // execute() throws it from flush()
    return pump();
  }
  const bool is_end = run_.stream ? run_.stream->end_read(actions) : actions.empty();
  if (is_end) {
    fetched_all_ = true;
  } else if (!actions.empty()) {
    if (sample_.cut(actions)) fetched_all_ = true;
    if (!actions.empty()) fetched_up_to_ = actions.back().place;
    Group group;
    for (ActionRecord& action : actions) {
      if (!group || group->number != action.group) {
        group = std::make_shared<ApplyGroup>();
        group->number = action.group;
      }
      admit(std::move(action), group);
    }
  }
  pump();
}

void Applier::admit(ActionRecord action, const Group& group) {
  const auto job = std::make_shared<ApplyJob>();
  job->action = std::move(action);
  job->group = group;
  job->maybe_sent = job->action.maybe_sent;
  job->outcome.sequence = job->action.sequence;
  const bool failed_just_now = job->action.kind == journal::ActionKind::recall &&
                               job->action.sequence >= first_new_recall_ &&
                               job->action.ordinal != journal::recall_half_stamped;
  if (failed_just_now || !order_.admits(*job)) {
    record_unsent(*job);
    if (failed_just_now) order_.hold_back(job->action);
    return;
  }
  job->window_index = window_.size();
  window_.push_back(job);
  window_bytes_ += job->action.bytes();
  group->jobs.push_back(job);
  if (order_.add(job)) ready_.insert(job);
}

void Applier::make_ready(const std::vector<Job>& jobs) {
  for (const Job& job : jobs) {
    if (job->state == ApplyJob::State::waiting && !job->group->frozen) ready_.insert(job);
  }
}

// The job has its outcome, or stays queued; the next one on its item may go.
void Applier::leave_window(const Job& job) {
  if (job->state == ApplyJob::State::left) return;
  job->state = ApplyJob::State::left;
  ready_.erase(job);
  window_.back()->window_index = job->window_index;
  window_[job->window_index].swap(window_.back());
  window_.pop_back();
  window_bytes_ -= job->action.bytes();
  std::erase(job->group->jobs, job);
  make_ready(order_.remove(*job));
}

// After a halt: nothing more is sent, and answers have `grace` to arrive.
void Applier::end_waiting() {
  if (ended_) return;
  run_.core().loop().after(limits_.grace, [self = shared_from_this()] { self->cancel_.request_stop(); });
  pump();
}

// What an earlier attempt left failed or quarantined and this one has not come to: the same, and why, holds again now
// that the send mark has passed it.
void Applier::say_again(const std::vector<const ActionRecord*>& tried) {
  if (tried.empty()) return;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;  // group, sequence
  places.reserve(tried.size());
  for (const ActionRecord* action : tried) places.emplace_back(action->group, action->sequence);
  run_.journal.call(
      [places](journal::Journal& journal) {
        std::vector<journal::ActionOutcome> outcomes;
        for (const auto& [group, sequence] : places) {
          for (auto& [action, outcome] : journal.group(group)) {
            if (action.sequence != sequence) continue;
            outcomes.push_back({.sequence = sequence, .state = outcome.state, .detail = std::move(outcome.detail)});
          }
        }
        journal.record(outcomes);
      },
      [halt = run_.halt](const std::optional<Error>& error) mutable {
        if (error) halt.request_stop();  // execute() throws it from flush()
      });
}

// What is left below the mark is written down: what was sent and not answered, and what certainly was not sent.
void Applier::finish_execution() {
  std::vector<const ActionRecord*> tried;
  for (const Job& job : window_) {
    if (job->state == ApplyJob::State::settled) continue;
    if (job->maybe_sent) {
      job->outcome.state = journal::ActionState::sent;
      record(job);
    } else if (job->action.place <= mark_asked_ && job->action.tried) {
      tried.push_back(&job->action);
    } else if (job->action.place <= mark_asked_) {
      job->outcome.state = journal::ActionState::queued;
      record(job);
    }
  }
  say_again(tried);
  for (const Job& job : window_) job->group->jobs.clear();  // which refer to one another
  window_.clear();
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  ended_changed_.notify_all();
}

}  // namespace drift::migrate
