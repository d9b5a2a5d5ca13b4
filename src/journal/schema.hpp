// The tables of a journal, and how its file is opened. docs/adr/0002-journal.md says why they are as they are.
#pragma once

#include "journal/sqlite.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace drift::journal::schema {

constexpr std::int64_t application_id = 0x64726674;  // "drft"
constexpr std::int64_t version = 4;

// Fills an empty file: the tables, and what `first_rows` writes into them.
void create(Database& database, const std::function<void()>& first_rows);
// Sets what holds for one opening: WAL, FULL, sole access, bounds. Throws Error unless it is a journal of this version.
void open(Database& database);

// Looks at a file's first bytes, before SQLite does: throws Error for what cannot be a journal at all.
void check_file(const std::filesystem::path& file);

}  // namespace drift::journal::schema
