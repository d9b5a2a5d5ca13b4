// Applier: carries out the queue.
//
// A window of groups is read from the journal in order. An action is sent when it is its turn on its item, there is
// room in flight, and the send mark, durable in the journal, covers it; so after a crash all that may have been sent is
// known. What an answer means the policy says. A failed action holds back the later ones on its item: they stay
// queued. Everything but execute() happens on the loop. With a stream (Apply::streaming) the queue grows meanwhile.
//
// The model of this is docs/model/run.pml; its steps are named where they are taken.
#pragma once

#include "base/random.hpp"
#include "migrate/apply_job.hpp"
#include "migrate/apply_policy.hpp"
#include "migrate/item_order.hpp"
#include "migrate/item_sample.hpp"
#include "migrate/ready_lanes.hpp"
#include "migrate/recall_pool.hpp"
#include "migrate/run_context.hpp"
#include "pace/in_flight_limit.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

struct ApplyLimits {
  // Requests at once at most; how many it are is found out from their latency, within the client's connections.
  std::size_t in_flight_max = 512;
  std::size_t window_actions_max = 4'096;
  std::size_t window_bytes_max = std::size_t{8} << 20U;
  std::size_t in_flight_bytes_max = std::size_t{8} << 20U;
  // How far the send mark goes ahead of what is sent, for each 64 requests at once: that many actions at most are
  // doubtful after a crash beside those in flight, and those of the window where one key range is slower than the
  // others.
  std::size_t mark_ahead = 128;
  // Failed items are remembered, to hold back what comes after on them. More than this is no accident: the run ends.
  std::size_t held_back_max = 100'000;
  std::uint32_t calls_max = 5;    // of a callback, because live writers were first
  std::uint32_t doubts_max = 10;  // lost answers of one action, one after the other
  // After a halt, answers are waited for this long; those not there by then are in doubt.
  std::chrono::milliseconds grace{1'500};
};

class Applier : public std::enable_shared_from_this<Applier> {
 public:
  // `first_new_recall`: callbacks that failed in this process have actions from this sequence on; they are left for the
  // next run.
  Applier(RunContext& run, ApplyPolicy& policy, ApplyLimits limits, std::uint64_t first_new_recall);

  // Items on which nothing may be sent: those with actions in doubt.
  void hold_back(const journal::ActionRecord& action) { order_.hold_back(action); }

  // Returns when every action that can be sent has an outcome, or after a halt; the outcomes are durable then. Throws
  // the journal's error. Must not be called on the loop.
  void execute();
  // Afterwards: which items it was about, where not all of them.
  [[nodiscard]] const ItemSample& sample() const noexcept { return sample_; }

 private:
  using Job = std::shared_ptr<ApplyJob>;
  using Group = std::shared_ptr<ApplyGroup>;
  using Place = std::pair<std::uint64_t, std::uint64_t>;  // in the order: of the group, and the sequence
  static Place place_of(const ApplyJob& job) noexcept { return {job.action.place, job.action.sequence}; }

  // The window.
  void pump();
  [[nodiscard]] std::size_t to_fetch(base::SteadyTime now) const;
  void fetch_more(std::size_t count);
  void receive(std::vector<journal::ActionRecord> actions, const std::optional<Error>& error);
  void admit(journal::ActionRecord action, const Group& group);
  void leave_window(const Job& job);
  void make_ready(const std::vector<Job>& jobs);
  bool cover(const ApplyJob& job);
  [[nodiscard]] std::size_t in_flight_max() const;
  [[nodiscard]] std::uint64_t mark_ahead() const;
  void pump_later(std::chrono::nanoseconds delay);
  void move_mark(std::uint64_t place);
  void say_again(const std::vector<const journal::ActionRecord*>& tried);
  void finish_execution();
  void end_waiting();
  [[nodiscard]] bool may_send() const;
  [[nodiscard]] bool has_lease() const;
  [[nodiscard]] bool done() const;

  // One action's way (applier_answers.cpp).
  void start(const Job& job);
  bool take_up(const Job& job);
  void request(const Job& job, bool is_look);
  void depart(const Job& job, base::SteadyTime now);
  void send(const Job& job, bool is_look, base::SteadyTime now);
  void answer(const Job& job, bool is_look, const client::CallResult& result);
  void count_attempts(const Job& job, const client::CallResult& result);
  void judge_answer(const Job& job, bool is_look, const client::CallResult& result, base::SteadyTime now);
  void give_back(const Job& job, const client::CallResult& result, base::SteadyTime now);
  void unsent(const Job& job);
  bool stays_queued(const client::CallResult& result);
  Verdict judge(const Job& job, bool is_look, const client::CallResult& result);
  static Standing standing_of(const Job& job);
  [[nodiscard]] bool needs_lease(const Verdict& verdict) const;
  void carry_out(const Job& job, Verdict verdict);
  void again(const Job& job, bool is_look);
  void wait_then_request(const Job& job, bool is_look);
  [[nodiscard]] bool may_go(const Job& job, bool is_look);
  void give_up_doubt(const Job& job);
  void settle(const Job& job, Verdict verdict);
  void settle_without_request(const Job& job, journal::ActionState state, const std::string& detail);
  void record(const Job& job);
  void record_unsent(const ApplyJob& job);
  void record_before_next(const Job& job);
  void note_error(const Job& job, const Error& error);
  void hold_back_behind(const Job& job);
  void pass_image_on(const Job& job, journal::ActionState state);
  void count(journal::ActionState state);

  // Plain writes of one table in one request (applier_batches.cpp).
  struct Batch;
  [[nodiscard]] bool goes_in_batch(const ApplyJob& job) const;
  void start_batch(const Job& first);
  void gather(Batch& batch, base::SteadyTime now);
  void send_batch(const std::shared_ptr<Batch>& batch);
  void answer_batch(const Batch& batch, const client::CallResult& result);
  void judge_batch_answer(const Batch& batch, const client::CallResult& result, base::SteadyTime now);
  void judge_part(const Job& job, BatchPart part, base::SteadyTime now);
  void queue_alone(const Job& job);
  void forbid_batches(const Error& error);

  // A group's callback again (applier_recall.cpp).
  void freeze(const Job& job, std::string item);
  void recall_if_idle(const Group& group);
  void called_again(const Group& group, RecallPool::Result result);
  void replace_rest(const Group& group, std::vector<journal::ActionRecord> actions);
  void replaced(const Group& group, std::vector<journal::ActionRecord> rest);
  void quarantine(const Group& group, const Error& error, journal::ActionState state);
  void drop_group_of(const Job& job);

  RunContext& run_;
  ApplyPolicy& policy_;
  const ApplyLimits limits_;
  const std::uint64_t first_new_recall_;
  ItemSample sample_;
  std::stop_source cancel_;  // of the requests in flight
  RecallPool pool_;
  base::Random random_{base::random_seed()};  // of waits

  std::uint64_t fetched_up_to_ = 0;
  bool fetching_ = false;
  bool fetched_all_ = false;
  ReadyLanes ready_;
  std::vector<Job> window_;  // all jobs that have not left, in no order
  ItemOrder order_;
  std::size_t window_bytes_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t in_flight_bytes_ = 0;
  pace::InFlightLimit in_flight_limit_;
  std::optional<base::SteadyTime> pump_at_;  // a timer calls pump() then
  bool batches_forbidden_ = false;           // by who gives the permissions
  std::size_t recalls_ = 0;                  // callbacks under way, or waiting for it
  std::size_t waits_ = 0;                    // timers of doubts
  std::uint64_t marked_ = 0;                 // the send mark as it is durable
  std::uint64_t mark_asked_ = 0;             // and as it was asked for

  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;  // written on the loop, under the mutex
};

}  // namespace drift::migrate
