// RunAdmin: what people do with runs that are not going on: look at what failed, decide what is in doubt, give a run
// up, go on with a restored journal, drop what is kept, and say that a migration is applied or not. For one thread at a
// time.
#pragma once

#include "journal/journal.hpp"
#include "migrate/ledger.hpp"
#include "migrate/run_table.hpp"

#include <drift/failure.hpp>
#include <drift/migration.hpp>
#include <drift/migrator.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

class RunAdmin {
 public:
  RunAdmin(Client& client, const MigratorOptions& options);

  // The numbers of a run that does not go on, by its journal; false: that is not here, or cannot be read.
  bool count(RunRecord& run);
  // Each as the member of Migrator by its name.
  std::vector<Failure> failures(std::string_view run_id);
  void resolve(std::string_view run_id, const Attributes& key, Resolution resolution);
  void restart(std::uint64_t number);
  void adopt(std::uint64_t number);
  bool prune(std::uint64_t number);
  void mark_applied(const Migration& migration);
  void mark_pending(std::uint64_t number);

 private:
  [[nodiscard]] std::string time_text() const;
  std::unique_ptr<journal::Journal> open_as_it_was(RunRecord& run);
  RunRecord record_of(std::string_view run_id);
  // "up", "down", or "applied".
  [[nodiscard]] std::filesystem::path file_of(std::uint64_t number, std::string_view what);
  [[nodiscard]] std::filesystem::path journal_of(const RunRecord& run);
  // Refuses where the migration has an unfinished run; `safe`: what is so then.
  void check_finished(std::uint64_t number, const std::string& safe);
  // Holds the migration's lease while `work` has the row's run; the row is written afterwards.
  void under_lease(RunRecord run, const std::function<void(RunRecord&)>& work);
  // Holds the lease while `work` changes the ledger's row; refused where the migration has an unfinished run.
  void mark(std::uint64_t number, const std::function<void(Ledger&, const TransactAction& lease)>& work);

  Client* client_;
  const MigratorOptions* options_;
  RunTable run_table_;
};

}  // namespace drift::migrate
