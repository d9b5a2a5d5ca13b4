// What is refused before anything is read: each check throws Error with what is wrong and what to do about it.
#pragma once

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

// The migration has a table and a callback for the direction, and the options are within their ranges.
void check_request(const Migration& migration, Direction direction, const RunOptions& options);

// The ledger's row for the migration allows the direction. `recording`: this run's journal says that it was about to
// write or remove the row itself.
void check_ledger(const Migration& migration, Direction direction, const std::optional<AppliedMigration>& row,
                  bool allow_applied, bool recording);

// No later migration of the same table is applied: an undo from before-images goes back to before it.
void check_later(const Migration& migration, const std::vector<AppliedMigration>& applied, bool allow_applied);

// The migration's table exists and can be read and written.
std::shared_ptr<const CatalogTable> check_table(Client& client, TableCatalog& catalog, const std::string& table);

// "id:S,at:N"
std::string key_schema_text(const KeySchema& key);

}  // namespace drift::migrate
