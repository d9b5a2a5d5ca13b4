// Ledger: the metadata table, which says what is applied. Its rows are those of the Go library dynamo-drift: Number
// (N), TableName (S), Description (S). Further ones, which that library passes over: TableId, AppliedAt, RunId,
// Revision (all S). Every row counts as an applied migration, so nothing else may be put there: see RunTable.
#pragma once

#include <drift/client.hpp>
#include <drift/migrator.hpp>
#include <drift/table.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drift::migrate {

class Ledger {
 public:
  Ledger(Client& client, std::string table) : client_(&client), table_(std::move(table)) {}

  // As Migrator::init: this table and the run table.
  void init(const InitOptions& options);
  // The table, its key checked. Throws Error: "NoMetaTable", "WrongMetaTable", or what the server says.
  TableDescription describe();
  // Every row, by number.
  std::vector<AppliedMigration> rows();
  std::optional<AppliedMigration> row(std::uint64_t number);
  // Puts or removes the row while `lease` (LeaseHolder::check()) holds. A lost answer is resolved by repeating and
  // reading. Throws Error: "LeaseLost", or what a call throws.
  void put(const AppliedMigration& row, const TransactAction& lease);
  void remove(std::uint64_t number, const TransactAction& lease);
  // Throws Error unless the rows may be written; writes nothing.
  void prove_writable();

 private:
  void write(const TransactAction& action, const TransactAction& lease, const std::function<bool()>& is_done);

  Client* client_;
  std::string table_;
};

}  // namespace drift::migrate
