// Applier: carries out the queue.
//
// A window of pending actions is read from the journal in order. Each is sent as soon as there is room in flight and no
// earlier action on the same item is unfinished; so two actions on one item are never in flight together and keep their
// order, and all others go side by side. An action that failed, or is in doubt, holds back the later ones on its item:
// they stay queued. Everything but execute() happens on the loop.
#pragma once

#include "migrate/apply_policy.hpp"
#include "migrate/run_context.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace drift::migrate {

struct ApplyLimits {
  std::size_t in_flight_max = 64;
  std::size_t window_actions_max = 4'096;
  std::size_t window_bytes_max = std::size_t{8} << 20U;
  std::size_t in_flight_bytes_max = std::size_t{8} << 20U;
  // Failed items are remembered, to hold back what comes after on them. More than this is no accident: the run ends.
  std::size_t held_back_max = 100'000;
  // After a halt, answers are waited for this long; those not there by then are in doubt.
  std::chrono::milliseconds grace{1'500};
};

class Applier : public std::enable_shared_from_this<Applier> {
 public:
  Applier(RunContext& run, ApplyPolicy& policy, ApplyLimits limits);

  // Items on which nothing may be sent: those with actions in doubt.
  void hold_back(const journal::ActionRecord& action);

  // Returns when every action that can be sent has an outcome, or after a halt; the outcomes are durable then. Throws
  // the journal's error. Must not be called on the loop.
  void execute();

 private:
  using Action = std::unique_ptr<journal::ActionRecord>;

  void pump();
  void fetch_more();
  void receive(std::vector<journal::ActionRecord> actions, const std::optional<Error>& error);
  void admit(Action action);
  void send(Action action);
  void finish(const journal::ActionRecord& action, const client::CallResult& result);
  bool stays_queued(const client::CallResult& result);
  Verdict judge(const journal::ActionRecord& action, const client::CallResult& result);
  void note(const journal::ActionRecord& action, const Verdict& verdict);
  void release_item(const std::string& item, bool succeeded);
  void end_waiting();
  [[nodiscard]] bool may_send() const;
  [[nodiscard]] bool done() const;

  RunContext& run_;
  ApplyPolicy& policy_;
  const ApplyLimits limits_;
  std::stop_source cancel_;  // of the requests in flight

  std::uint64_t fetched_up_to_ = 0;
  bool fetching_ = false;
  bool fetched_all_ = false;
  std::deque<Action> ready_;
  // Items with an unfinished action in the window, and the actions that wait for it.
  std::unordered_map<std::string, std::deque<Action>> busy_;
  std::unordered_set<std::string> held_back_;
  std::size_t window_ = 0;  // actions read and without outcome
  std::size_t window_bytes_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t in_flight_bytes_ = 0;

  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;  // written on the loop, under the mutex
};

}  // namespace drift::migrate
