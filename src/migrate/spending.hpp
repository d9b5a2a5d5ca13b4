// Spending: what a run has consumed, over all its resumptions, in US dollars, against the caps of its options. For
// several threads at once; where nothing is under way any more, a request that is not allowed ends the run.
#pragma once

#include "migrate/counters.hpp"

#include <drift/error.hpp>
#include <drift/run_options.hpp>

#include <atomic>
#include <string>

namespace drift::migrate {

class Spending {
 public:
  Spending(const RunOptions& options, const Counters& counters) : options_(options), counters_(counters) {}

  // Whether so many units more stay within the caps.
  [[nodiscard]] bool allows(double read_units, double write_units) const noexcept;
  // A cap has been reached: the run ends by it.
  void reach() noexcept { reached_ = true; }
  [[nodiscard]] bool reached() const noexcept { return reached_; }
  // Says which cap, and how to go on.
  [[nodiscard]] Error error(const std::string& table) const;

 private:
  const RunOptions& options_;
  const Counters& counters_;
  std::atomic<bool> reached_ = false;
};

}  // namespace drift::migrate
