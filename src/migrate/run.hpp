// Run: the life of one run or undo of a migration, from the first check to the ledger's row. It is executed once, on
// its caller's thread, and never throws: what happens is in the report.
//
//   prepare   everything is checked, the lease taken, the journal created or the unfinished one opened; else `refused`
//   scan      every item, every callback; a page's actions and cursor are one transaction
//   barrier   with more callback errors than allowed nothing is applied and the journal is given up
//   apply     the queue, in order for each item
//   record    the ledger's row, only when every action is done
//
// With Apply::streaming the barrier comes first and the scan goes on beside the applier; an error of a callback ends
// the run then, which keeps its journal.
//
// Each phase is written to the run table under the lease's token and then to the journal before it begins, so a run
// that ends anywhere goes on in the phase where it was.
#pragma once

#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"
#include "migrate/applier.hpp"
#include "migrate/apply_policy.hpp"
#include "migrate/counters.hpp"
#include "migrate/error_log.hpp"
#include "migrate/lease_holder.hpp"
#include "migrate/ledger.hpp"
#include "migrate/preflight.hpp"
#include "migrate/run_context.hpp"
#include "migrate/run_table.hpp"
#include "migrate/scan_source.hpp"

#include <drift/migrator.hpp>
#include <drift/report.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drift::migrate {

// What tests change.
struct RunSettings {
  LeaseTimes lease = {};
  std::function<std::unique_ptr<ApplyPolicy>(WriteSettings, bool can_call_again)> policy = make_exact_policy;
  ApplyLimits limits = {};
};

class Run {
 public:
  Run(Client& client, const MigratorOptions& migrator, const Migration& migration, Direction direction,
      const RunOptions& options, const RunSettings& settings = {});

  Report execute();

 private:
  Outcome carry_out();
  // False: stopped while waiting for the lease.
  bool prepare();
  bool take_lease();
  [[nodiscard]] bool restores() const { return direction_ == Direction::down && !migration_.down; }
  [[nodiscard]] std::string revision() const;
  [[nodiscard]] std::filesystem::path journal_file_of(const TableDescription& meta, Direction direction) const;
  void open_journal(const TableDescription& meta);
  // What is read, and which of it the migration is about.
  void choose_items();
  bool says_last_word(const std::optional<AppliedMigration>& ledger_row);
  void open_applied(const std::optional<AppliedMigration>& ledger_row);
  void begin_or_resume(const std::filesystem::path& file);
  void choose_streaming();
  void note_replicas();
  void check_journal(const std::filesystem::path& file);
  void give_up_row(const std::string& run_id);
  bool drop_given_up(const std::filesystem::path& file);
  [[nodiscard]] journal::RunHeader header() const;

  // Each returns true when the run goes on with the next phase.
  bool go_through();
  bool go_through_phases(RunContext& run);
  bool scan(RunContext& run);
  bool apply(RunContext& run);
  void scan_and_apply(RunContext& run, Applier& applier);
  void hold_back_doubts(RunContext& run, Applier& applier);
  void describe_targets();
  std::vector<journal::Cursor> cursors();
  bool record(RunContext& run);
  void remove_markers();
  void give_up_journal();
  void keep_journal();
  void drop_applied();

  void write_row(const char* phase);
  void write_last_row(Outcome outcome) noexcept;
  [[nodiscard]] bool stopped_at_sample() const;
  [[nodiscard]] Outcome outcome_of_end() const;
  [[nodiscard]] WriteSettings write_settings() const;

  Client& client_;
  const MigratorOptions& migrator_;
  const Migration& migration_;
  const Direction direction_;
  const RunOptions& options_;
  const RunSettings settings_;

  std::stop_source halt_;     // of the phases
  std::stop_source give_up_;  // of the calls for checks, rows and the lease, a moment after a stop
  Client own_calls_;          // which end with it
  Counters counters_;
  ErrorLog errors_;
  TableCatalog catalog_;
  std::vector<std::string> reads_;
  std::shared_ptr<const ItemFilter> filter_;
  ScanSource source_;
  std::shared_ptr<RunPace> pace_;
  Ledger ledger_;
  RunTable run_table_;
  std::vector<RunRecord> history_;
  std::shared_ptr<const CatalogTable> table_;
  std::filesystem::path journal_file_;
  std::filesystem::path applied_file_;  // what is kept of the applied migration
  RunRecord row_;
  bool images_ = true;
  bool streams_ = false;  // Apply::streaming, and the scan is not finished
  std::string ttl_attribute_;
  std::vector<std::string> notes_;
  std::vector<Attributes> items_;    // Report::items
  bool has_kept_ = false;            // nothing was written: what is applied, and its undo, is due to an earlier run
  bool is_cut_ = false;              // the queue has more of them
  bool was_recorded_ = false;        // by an earlier process, which ended before its last word
  std::uint64_t queued_before_ = 0;  // by earlier processes
  journal::RunPhase phase_ = journal::RunPhase::scanning;
  std::unique_ptr<journal::Journal> applied_;  // of an undo without `down`: whose images it restores
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<journal::JournalWriter> writer_;
  std::unique_ptr<LeaseHolder> lease_;  // last: it is given back first
};

}  // namespace drift::migrate
