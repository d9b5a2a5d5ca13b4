// Migrator: the public face of Ledger and Run.
#include <drift/migrator.hpp>

#include "client/table_name.hpp"
#include "migrate/leases.hpp"
#include "migrate/ledger.hpp"
#include "migrate/run.hpp"
#include "migrate/run_admin.hpp"
#include "migrate/state_directory.hpp"
#include "migrate/sweep.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift {

const char* outcome_text(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::applied:
      return "applied";
    case Outcome::undone:
      return "undone";
    case Outcome::stopped:
      return "stopped";
    case Outcome::failed:
      return "failed";
    case Outcome::quarantined:
      return "quarantined";
    case Outcome::locked:
      return "locked";
    case Outcome::refused:
      break;
  }
  return "refused";
}

Migrator::Migrator(Client& client, MigratorOptions options) : client_(&client), options_(std::move(options)) {
  if (!client::is_table_name(options_.meta_table)) {
    throw Error({.code = "ConfigError",
                 .message = "\"" + options_.meta_table + "\" is no name for a metadata table",
                 .next_step = "Set MigratorOptions::meta_table to 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'."});
  }
  if (options_.state_dir.empty()) options_.state_dir = migrate::default_state_directory();
}

void Migrator::init(const InitOptions& options) { migrate::Ledger(*client_, options_.meta_table).init(options); }

std::vector<AppliedMigration> Migrator::applied() { return migrate::Ledger(*client_, options_.meta_table).rows(); }

Report Migrator::run(const Migration& migration, const RunOptions& options) {
  return migrate::Run(*client_, options_, migration, migrate::Direction::up, options).execute();
}

Report Migrator::undo(const Migration& migration, const RunOptions& options) {
  return migrate::Run(*client_, options_, migration, migrate::Direction::down, options).execute();
}

MigrationStatus Migrator::status(std::uint64_t number) {
  MigrationStatus status{.number = number};
  status.applied = migrate::Ledger(*client_, options_.meta_table).row(number).has_value();
  for (Lease& lease : leases()) {
    if (lease.number == number) (lease.owner_gone ? status.left : status.running) = std::move(lease);
  }
  if (auto runs = history(number); !runs.empty()) status.last = std::move(runs.front());
  if (status.last && status.last->ended.empty()) {
    status.is_counted = !status.running && migrate::RunAdmin(*client_, options_).count(*status.last);
  }
  return status;
}

std::vector<std::uint64_t> Migrator::begun() {
  migrate::RunTable runs(*client_, options_.meta_table);
  runs.describe();
  return migrate::leased_numbers(*client_, runs.name());
}

std::vector<RunRecord> Migrator::history(std::uint64_t number) {
  migrate::RunTable runs(*client_, options_.meta_table);
  runs.describe();
  return runs.history(number);
}

std::vector<Failure> Migrator::failures(std::string_view run_id) {
  return migrate::RunAdmin(*client_, options_).failures(run_id);
}

void Migrator::resolve(std::string_view run_id, const Attributes& key, Resolution resolution) {
  migrate::RunAdmin(*client_, options_).resolve(run_id, key, resolution);
}

std::vector<Lease> Migrator::leases() {
  migrate::RunTable runs(*client_, options_.meta_table);
  runs.describe();
  return migrate::leases(*client_, runs.name());
}

void Migrator::unlock(std::uint64_t number, std::uint64_t token) {
  const migrate::RunTable runs(*client_, options_.meta_table);
  migrate::unlock(*client_, runs.name(), number, token);
}

void Migrator::restart(std::uint64_t number) { migrate::RunAdmin(*client_, options_).restart(number); }

void Migrator::adopt(std::uint64_t number) { migrate::RunAdmin(*client_, options_).adopt(number); }

void Migrator::sweep(std::uint64_t number) {
  migrate::RunTable runs(*client_, options_.meta_table);
  migrate::sweep(*client_, runs, number);
}

bool Migrator::prune(std::uint64_t number) { return migrate::RunAdmin(*client_, options_).prune(number); }

void Migrator::mark_applied(const Migration& migration) {
  migrate::RunAdmin(*client_, options_).mark_applied(migration);
}

void Migrator::mark_pending(std::uint64_t number) { migrate::RunAdmin(*client_, options_).mark_pending(number); }

}  // namespace drift
