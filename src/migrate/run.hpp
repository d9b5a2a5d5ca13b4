// Run: the life of one run or undo of a migration, from the first check to the ledger's row. It is executed once, on
// its caller's thread, and never throws: what happens is in the report.
//
//   prepare   everything is checked, the journal is created, or the unfinished one opened; else `refused`
//   scan      every item, every callback; a page's actions and cursor are one transaction
//   barrier   with a callback's error nothing is applied and the journal is given up
//   apply     the queue, in order for each item
//   record    the ledger's row, only when every action is done; then the journal is removed
//
// Each phase is durable before it begins, so a run that ends anywhere goes on in the phase where it was.
#pragma once

#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"
#include "migrate/counters.hpp"
#include "migrate/error_log.hpp"
#include "migrate/ledger.hpp"
#include "migrate/preflight.hpp"
#include "migrate/run_context.hpp"

#include <drift/migrator.hpp>
#include <drift/report.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace drift::migrate {

class Run {
 public:
  Run(Client& client, const MigratorOptions& migrator, const Migration& migration, Direction direction,
      const RunOptions& options);

  Report execute();

 private:
  Outcome carry_out();
  void prepare();
  void begin_or_resume(const std::filesystem::path& file);
  [[nodiscard]] journal::RunHeader header() const;

  // Each returns true when the run goes on with the next phase.
  bool go_through_phases(RunContext& run);
  bool scan(RunContext& run);
  bool apply(RunContext& run);
  bool record(RunContext& run);
  void give_up_journal();

  Client& client_;
  const MigratorOptions& migrator_;
  const Migration& migration_;
  const Direction direction_;
  const RunOptions& options_;

  Counters counters_;
  ErrorLog errors_;
  TableCatalog catalog_;
  Ledger ledger_;
  std::shared_ptr<const CatalogTable> table_;
  std::filesystem::path journal_file_;
  std::string run_id_;
  journal::RunPhase phase_ = journal::RunPhase::scanning;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<journal::JournalWriter> writer_;
};

}  // namespace drift::migrate
