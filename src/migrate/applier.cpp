// Applier: see the header.
#include "migrate/applier.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionOutcome;
using journal::ActionRecord;
using journal::ActionState;

// The outcomes that the journal may owe before sending waits for it: a disk that stalls must not fill the memory.
constexpr std::size_t journal_backlog_max = 16'384;

std::string item_of(const ActionRecord& action) { return action.table + '\n' + action.key; }

}  // namespace

Applier::Applier(RunContext& run, ApplyPolicy& policy, ApplyLimits limits)
    : run_(run), policy_(policy), limits_(limits) {}

void Applier::hold_back(const ActionRecord& action) { held_back_.insert(item_of(action)); }

void Applier::execute() {
  run_.counters.phase = Phase::applying;
  auto& loop = run_.core().loop();
  loop.post([self = shared_from_this()] { self->pump(); });
  {
    const std::stop_callback halted(run_.halt.get_token(),
                                    [self = shared_from_this(), &loop] { loop.post([self] { self->end_waiting(); }); });
    std::unique_lock lock(mutex_);
    ended_changed_.wait(lock, [this] { return ended_; });
  }
  run_.journal.flush();
}

bool Applier::may_send() const {
  return !run_.halted() && in_flight_ < limits_.in_flight_max &&
         (in_flight_ == 0 || in_flight_bytes_ < limits_.in_flight_bytes_max) &&
         run_.journal.backlog() < journal_backlog_max;
}

bool Applier::done() const {
  if (in_flight_ > 0 || fetching_) return false;
  return run_.halted() || (fetched_all_ && ready_.empty() && busy_.empty());
}

// Sends what may be sent, reads more when the window runs low, and sees the end.
void Applier::pump() {
  if (ended_) return;  // the run may be gone
  while (!ready_.empty() && may_send()) {
    Action next = std::move(ready_.front());
    ready_.pop_front();
    send(std::move(next));
  }
  if (!fetched_all_ && !fetching_ && !run_.halted() && window_ < limits_.window_actions_max / 2 &&
      window_bytes_ < limits_.window_bytes_max / 2) {
    fetch_more();
  }
  if (!done()) {
    // Nothing in flight will call us back: it is the journal that has to catch up.
    if (in_flight_ == 0 && !fetching_ && !ready_.empty()) {
      run_.core().loop().after(std::chrono::milliseconds(5), [self = shared_from_this()] { self->pump(); });
    }
    return;
  }
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  ended_changed_.notify_all();
}

void Applier::fetch_more() {
  fetching_ = true;
  run_.journal.fetch(
      fetched_up_to_, limits_.window_actions_max - window_, limits_.window_bytes_max - window_bytes_,
      [self = shared_from_this()](std::vector<ActionRecord> actions, const std::optional<Error>& error) {
        auto shared = std::make_shared<std::vector<ActionRecord>>(std::move(actions));
        self->run_.core().loop().post([self, shared, error] { self->receive(std::move(*shared), error); });
      });
}

void Applier::receive(std::vector<ActionRecord> actions, const std::optional<Error>& error) {
  fetching_ = false;
  if (error) {
    run_.halt.request_stop();  // execute() throws it from flush()
  } else if (actions.empty()) {
    fetched_all_ = true;
  } else {
    fetched_up_to_ = actions.back().sequence;
    for (ActionRecord& action : actions) admit(std::make_unique<ActionRecord>(std::move(action)));
  }
  pump();
}

void Applier::admit(Action action) {
  std::string item = item_of(*action);
  if (held_back_.contains(item)) return;
  ++window_;
  window_bytes_ += action->bytes();
  const auto [place, free] = busy_.try_emplace(std::move(item));
  if (free) {
    ready_.push_back(std::move(action));
  } else {
    place->second.push_back(std::move(action));
  }
}

void Applier::send(Action action) {
  ++in_flight_;
  in_flight_bytes_ += action->bytes();
  PreparedWrite write = policy_.prepare(*action);
  const std::shared_ptr<const ActionRecord> sent = std::move(action);
  run_.core().start(*write.operation, std::move(write.body),
                    {.attempts_max = -1, .stop = cancel_.get_token(), .table = sent->table},
                    [self = shared_from_this(), sent](const client::CallResult& result) {
                      self->finish(*sent, result);
                      self->pump();
                    });
}

void Applier::finish(const ActionRecord& action, const client::CallResult& result) {
  --in_flight_;
  in_flight_bytes_ -= action.bytes();
  run_.counters.throttled += result.throttled;
  bool succeeded = false;
  if (!stays_queued(result)) {
    const Verdict verdict = judge(action, result);
    succeeded = !verdict.error;
    run_.journal.record({.sequence = action.sequence,
                         .state = verdict.state,
                         .detail = verdict.error ? verdict.error->what() : "",
                         .write_units = verdict.write_units,
                         .throttled = result.throttled});
    note(action, verdict);
  }
  --window_;
  window_bytes_ -= action.bytes();
  release_item(item_of(action), succeeded);
}

// Whether the action was certainly not executed and nothing speaks against it: it was given up while it waited for
// another attempt after a halt, or there is no way to the server, which ends the run.
bool Applier::stays_queued(const client::CallResult& result) {
  if (!result.error) return false;
  if (run_.halted() && result.error->code() == "Cancelled") return true;
  if (!result.error->retryable()) return false;
  if (!run_.halted()) run_.fail(*result.error);
  return true;
}

Verdict Applier::judge(const ActionRecord& action, const client::CallResult& result) {
  try {
    return policy_.judge(action, result);
  } catch (const Error& error) {
    return {.state = ActionState::in_doubt, .error = error};  // an answer that makes no sense proves nothing
  }
}

void Applier::note(const ActionRecord& action, const Verdict& verdict) {
  run_.counters.write_units += verdict.write_units;
  if (verdict.state == ActionState::done) ++run_.counters.actions_done;
  if (verdict.state == ActionState::skipped) ++run_.counters.actions_skipped;
  if (!verdict.error) return;
  ++run_.counters.action_errors;
  run_.errors.add(*verdict.error);
  held_back_.insert(item_of(action));
  if (held_back_.size() > limits_.held_back_max) {
    run_.fail(Error("TooManyErrors", "more than " + std::to_string(limits_.held_back_max) +
                                         " items have failed actions; the rest of the queue was not sent"));
  } else if (run_.options.fail_on_first_error) {
    run_.halt.request_stop();
  }
}

// The next action on the item may go, or, where this one failed, none of them.
void Applier::release_item(const std::string& item, bool succeeded) {
  const auto place = busy_.find(item);
  auto& waiting = place->second;
  if (succeeded && !waiting.empty()) {
    ready_.push_front(std::move(waiting.front()));
    waiting.pop_front();
    return;
  }
  for (const Action& action : waiting) {
    --window_;
    window_bytes_ -= action->bytes();
  }
  busy_.erase(place);
}

// After a halt: nothing more is sent, and answers have `grace` to arrive.
void Applier::end_waiting() {
  if (ended_) return;
  run_.core().loop().after(limits_.grace, [self = shared_from_this()] { self->cancel_.request_stop(); });
  pump();
}

}  // namespace drift::migrate
