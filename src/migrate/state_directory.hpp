// Where a migration's journal is: <state directory>/<metadata table>-<its identity>/<number>-<up|down>.journal. The
// identity is a digest of the table's ARN and TableId, so that one state directory serves several accounts, regions and
// local servers, and a metadata table created anew does not find the journals of its predecessor.
#pragma once

#include <drift/table.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace drift::migrate {

// $XDG_STATE_HOME/drift, else ~/.local/state/drift. Throws Error (code "ConfigError") when neither variable is set.
std::filesystem::path default_state_directory();

// `what`: "up" or "down"; "applied" for what is kept of an applied migration.
std::filesystem::path journal_file(const std::filesystem::path& state_directory, const TableDescription& meta_table,
                                   std::uint64_t number, std::string_view what);

}  // namespace drift::migrate
