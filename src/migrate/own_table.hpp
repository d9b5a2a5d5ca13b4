// OwnTable: a table that drift makes for itself, the metadata table or the run table: creating it, and telling in words
// when it is not there or not what it should be.
#pragma once

#include <drift/client.hpp>
#include <drift/migrator.hpp>
#include <drift/table.hpp>

#include <string>

namespace drift::migrate {

struct OwnTable {
  std::string name = {};
  KeySchema key = {};
  std::string what = {};          // "metadata table"
  std::string code_missing = {};  // "NoMetaTable"
  std::string code_wrong = {};    // "WrongMetaTable"
};

// Creates the table unless it exists, and returns once it can be used. Throws Error: `code_wrong`, "ConfigError".
void create_own_table(Client& client, const OwnTable& table, const InitOptions& options);
// The table, its key checked. Throws Error: `code_missing`, `code_wrong`, or what the server says.
TableDescription describe_own_table(Client& client, const OwnTable& table);

}  // namespace drift::migrate
