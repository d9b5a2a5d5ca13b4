// RunTable: <metadata table>.runs, where everything lives that the metadata table must not hold, because each of its
// rows counts as an applied migration. Key: Part (S), Sort (S).
//
//   Part "lease"            Sort <number, 20 digits>        who runs a migration now (lease_row.hpp)
//   Part "run#<20 digits>"  Sort <started>#<run id>         state and history of a run: a RunRecord
//   Part "run-id#<run id>"  Sort "run"                      where that run's row is
//   Part "marker#<hash>"    Sort <run id>                   an action was applied (write_request)
//
// For one thread at a time; one RunTable writes under one lease.
#pragma once

#include <drift/client.hpp>
#include <drift/migrator.hpp>
#include <drift/run_record.hpp>
#include <drift/table.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

class RunTable {
 public:
  // Throws Error (code "ConfigError") when the metadata table's name leaves no room for ".runs".
  RunTable(Client& client, std::string_view meta_table);

  [[nodiscard]] const std::string& name() const noexcept { return table_; }
  // Creates the table unless it exists, and returns once it can be used. Throws Error: "WrongRunTable".
  void init(const InitOptions& options);
  // The table, its key checked. Throws Error: "NoRunTable", "WrongRunTable", or what the server says.
  TableDescription describe();
  // Throws Error unless its rows may be written; writes nothing.
  void prove_writable();

  // Writes the run's row while `lease` (LeaseHolder::check()) holds: all of the record, `changed` being now. Writes are
  // kept in their order: one that was delayed on the network never undoes a later one. Throws Error: "LeaseLost", or
  // what a call throws; the row is then as before, or, in doubt, as written.
  void write(RunRecord& record, const TransactAction& lease);
  // The runs of a migration, newest first.
  std::vector<RunRecord> history(std::uint64_t number);
  std::optional<RunRecord> find(std::string_view run_id);

 private:
  Client* client_;
  std::string table_;
  std::uint64_t writes_ = 0;
};

}  // namespace drift::migrate
