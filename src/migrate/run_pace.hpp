// RunPace: how fast a run may go, in one place: the pacers of reads and writes, the caps on spending, and what Controls
// say. Belongs to the loop where nothing else is said; it is made before the phases and ended after them.
#pragma once

#include "base/loop.hpp"
#include "migrate/control_state.hpp"
#include "migrate/counters.hpp"
#include "migrate/spending.hpp"
#include "migrate/table_catalog.hpp"
#include "pace/pacer.hpp"

#include <drift/run_options.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

class RunPace : public std::enable_shared_from_this<RunPace> {
 public:
  // Everything outlives it but the loop's timer, which keeps it. `halt` ends the run.
  RunPace(const RunOptions& options, Counters& counters, TableCatalog& catalog, base::Loop& loop,
          std::stop_source halt);

  // From any thread: begins to listen to the controls and to publish what holds the run back; ends both.
  void begin();
  void end();
  // From any thread. Called on the loop whenever something may be sent that could not before, until the run's end.
  void on_change(std::function<void()> wake);

  // From any thread.
  [[nodiscard]] bool paused() const noexcept { return paused_; }
  [[nodiscard]] std::size_t concurrency() const noexcept { return concurrency_; }
  [[nodiscard]] Spending& spending() noexcept { return spending_; }

  [[nodiscard]] pace::Pacer& reads() noexcept { return reads_; }
  [[nodiscard]] pace::Pacer& writes() noexcept { return writes_; }
  // The table's number in both pacers.
  pace::Pacer::Table table(std::string_view wire_name);
  [[nodiscard]] bool has_indexes(std::string_view wire_name);
  // Whether requests of about so many units stay within the caps, beside all that is under way. False with nothing
  // under way: a cap is reached, and the run is halted.
  [[nodiscard]] bool affords(double read_units, double write_units);
  [[nodiscard]] base::SteadyTime now() const { return loop_.clock().steady(); }

 private:
  void apply_controls();
  // Does what the controls say now, and says so. False: the run has ended.
  bool follow_controls();
  void wake();
  void publish();
  // Does `work`, unless the run has ended: then what it refers to may be gone. end() waits for it.
  bool while_it_goes_on(const std::function<void()>& work);
  void publish_later();

  const RunOptions& options_;
  Counters& counters_;
  TableCatalog& catalog_;
  base::Loop& loop_;
  std::stop_source halt_;
  Spending spending_;
  pace::Pacer reads_;
  pace::Pacer writes_;
  struct KnownTable {
    pace::Pacer::Table number = 0;
    bool has_indexes = false;
  };
  KnownTable& known(std::string_view wire_name);
  std::map<std::string, KnownTable, std::less<>> tables_;
  std::atomic<bool> paused_ = false;
  std::atomic<std::size_t> concurrency_;
  std::mutex mutex_;  // of the next one
  std::vector<std::function<void()>> wakers_;
  std::mutex ending_;  // of the next one
  bool ended_ = false;
  std::unique_ptr<ControlState::Listener> listener_;
};

}  // namespace drift::migrate
