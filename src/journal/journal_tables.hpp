// JournalTables: what Journal does once its file is open: the transactions over all tables of one run. Each leaves the
// tables and what is held in memory in step, or throws and changes neither. For one thread at a time.
#pragma once

#include "journal/action_queue.hpp"
#include "journal/late_places.hpp"
#include "journal/outcome_table.hpp"
#include "journal/records.hpp"
#include "journal/run_state.hpp"
#include "journal/seen_keys.hpp"
#include "journal/sqlite.hpp"
#include "journal/trim_point.hpp"
#include "journal/work_order.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace drift::journal {

class JournalTables {
 public:
  // Reads all but the queue. Throws Error when something is not as it was written.
  explicit JournalTables(Database& database);

  [[nodiscard]] RunState& run() noexcept { return run_; }

  // The methods of Journal of the same names.
  void write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes, std::uint64_t send_mark);
  std::vector<ActionRecord> pending(std::uint64_t after, std::size_t count, std::size_t bytes_max);
  std::vector<ActionWithOutcome> troubles(std::size_t count, std::optional<ActionState> only);
  std::vector<ActionWithOutcome> group(std::uint64_t group);
  std::vector<ActionRecord> replace_rest(std::uint64_t group, std::vector<ActionRecord> rest);
  bool has(RepeatKind repeat) { return queue_.has(repeat); }
  std::vector<std::string> tables() { return queue_.tables(); }
  bool has_seen(std::string_view key) { return seen_.has(key); }
  std::string before(std::uint64_t sequence);
  std::uint64_t trim();
  std::vector<ActionWithOutcome> backwards(std::uint64_t before, std::size_t count, std::size_t bytes_max);

 private:
  void check_counts();
  // The sequences that have a row.
  [[nodiscard]] Rows rows() const noexcept;
  [[nodiscard]] bool is_trimmed(std::uint64_t sequence, const Counts& counts) const;
  void check_sequence(std::uint64_t sequence, const Counts& counts, const char* what) const;
  Cursor cursor_behind(const PageRecord& page) const;
  void append_page(PageRecord& page, Counts& counts);
  void record(const ActionOutcome& outcome, Counts& counts, OutcomeTable::Sums& sums);
  std::vector<ActionRecord> all_of(std::uint64_t group);
  bool is_unsettled(std::uint64_t sequence);
  bool is_doubtful(const ActionRecord& action, const OutcomeTable::Verdict& verdict) const;
  // Each puts an action of a group's new rest somewhere: into the row of an old one, or at the end of the queue.
  void take_over(ActionRecord& action, const ActionRecord& row, OutcomeTable::Sums& sums);
  LatePlaces::Late append_late(ActionRecord& action, Counts& counts);

  Database* database_;
  RunState run_;
  ActionQueue queue_;
  OutcomeTable outcomes_;
  LatePlaces late_;
  SeenKeys seen_;
  WorkOrder order_;
  TrimPoint trim_point_;
  std::uint64_t settled_prefix_ = 0;  // every action up to here is settled: where pending() may begin
  // Replaced since the journal was opened, so that no earlier process can have sent them.
  std::unordered_set<std::uint64_t> replaced_here_;
};

}  // namespace drift::journal
