// MigratorFixture: a table of numbered items on the real local server, a metadata table, a state directory, and a
// client whose network a test can spoil. Verbs: fill, run, undo, items, a stop at an update.
#pragma once

#include "support/fault_transport.hpp"
#include "support/local_fixture.hpp"
#include "support/processes.hpp"

#include <drift/drift.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace drift::testing {

class MigratorFixture : public LocalFixture {
 protected:
  void SetUp() override;
  void TearDown() override;

  Client& client() { return *client_; }
  FaultTransport& network() { return *network_; }
  // Past the faults: what the application does.
  Client& plain() { return *plain_client_; }
  Migrator& migrator() { return *migrator_; }
  [[nodiscard]] std::filesystem::path state_directory() const { return directory_->path() / "state"; }

  // {id: 0, n: 0, text: "..."} ... in the table `table()`, `padding` bytes of text each.
  void fill(std::size_t count, std::size_t padding = 10);
  void make_table(const std::string& name, const KeySchema& key = {{.name = "id", .type = Type::number}});
  [[nodiscard]] std::string table() const { return table_; }
  [[nodiscard]] std::string other_table() const { return table_ + "-other"; }

  // A migration of `table()` with the number 1.
  Migration migration(Callback up, Callback down = {}) const;
  Report run(Callback up, const RunOptions& options = {}) { return migrator().run(migration(std::move(up)), options); }

  // Calls `at` with 1, 2, ... before each update of an item of `table()` that is sent from now on, but for the check of
  // permissions: on the loop, or the thread that sends. In place of what network().before was.
  void at_updates(std::function<void(int)> at);
  // A stop that is requested by the update that is the `count`th from now on; by at_updates.
  std::stop_token stop_at_update(int count);

  // Every item of a table, by id, read past the migrator.
  std::map<std::int64_t, Attributes> items(const std::string& table);
  std::map<std::int64_t, Attributes> items() { return items(table_); }
  // The items whose `name` is `value`.
  std::size_t count_where(const std::string& name, const Value& value);

  // The journals of unfinished runs.
  std::vector<std::filesystem::path> journals() const;

 private:
  std::string table_;
  std::unique_ptr<TemporaryDirectory> directory_;
  std::shared_ptr<FaultTransport> network_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Client> plain_client_;
  std::unique_ptr<Migrator> migrator_;
};

// "SET n = n + :one" on the scanned item.
void count_up(const Item& item, Actions& actions);

// The errors of a report, a line each, for a failed assertion.
std::string errors_of(const Report& report);

}  // namespace drift::testing
