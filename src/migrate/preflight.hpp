// What is refused before anything is read: each check throws Error with what is wrong and what to do about it.
#pragma once

#include "migrate/scan_source.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/migration.hpp>
#include <drift/migrator.hpp>
#include <drift/run_options.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

enum class Direction : std::uint8_t { up, down };

std::string_view direction_text(Direction direction) noexcept;  // "up", "down"

// Throws Error (code "ConfigError") unless it is 1 to 1,024; `option` names it.
void check_concurrency(std::size_t concurrency, std::string_view option, const std::string& table);
// The migration has a table and a callback for the direction, and the options are within their ranges.
void check_request(const Migration& migration, Direction direction, const RunOptions& options);

// What is asked for, of the table as it is now.
struct Asked {
  const Migration& migration;
  Direction direction = Direction::up;
  std::string table_id = {};
};

// The ledger's row for the migration allows the direction. `recording`: this run's journal says that it was about to
// write or remove the row itself.
void check_ledger(const Asked& asked, const std::optional<AppliedMigration>& row, bool allow_applied, bool recording);

// No later migration of the same table is applied: an undo from before-images goes back to before it.
void check_later(const Migration& migration, const std::vector<AppliedMigration>& applied, bool allow_applied);

// The migration's table, which exists and can be used.
std::shared_ptr<const CatalogTable> find_table(Client& client, TableCatalog& catalog, const std::string& table);
// The source can be read, and the table written.
void check_access(Client& client, const CatalogTable& table, const ScanSource& source);
// The attribute by which the table's items expire; empty: they do not.
std::string find_ttl_attribute(Client& client, const std::string& table);

// "id:S,at:N"
std::string key_schema_text(const KeySchema& key);

}  // namespace drift::migrate
