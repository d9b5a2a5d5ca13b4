// Ledger: the metadata table, which says what is applied. Its rows are those of the Go library dynamo-drift: Number
// (N), TableName (S), Description (S); further attributes of a row are left alone.
#pragma once

#include <drift/client.hpp>
#include <drift/migrator.hpp>
#include <drift/table.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drift::migrate {

class Ledger {
 public:
  Ledger(Client& client, std::string table) : client_(&client), table_(std::move(table)) {}

  // As Migrator::init.
  void init(const InitOptions& options);
  // The table, its key checked. Throws Error: "NoMetaTable", "WrongMetaTable", or what the server says.
  TableDescription describe();
  // Every row, by number.
  std::vector<AppliedMigration> rows();
  std::optional<AppliedMigration> row(std::uint64_t number);
  // Puts the row, or finds that it is there as it should be. A lost answer is resolved by reading.
  void put(const AppliedMigration& row);
  // Removes the row, or finds it gone.
  void remove(std::uint64_t number);
  // Throws Error unless the rows may be written; writes nothing.
  void prove_writable();

 private:
  Client* client_;
  std::string table_;
};

}  // namespace drift::migrate
