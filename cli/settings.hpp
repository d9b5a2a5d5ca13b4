// Settings: what a person can set, in one table. A flag, an environment variable and a line of drift.toml are texts for
// the same row, so each is read, checked and named in errors in the same way.
#pragma once

#include <drift/client.hpp>
#include <drift/migrator.hpp>
#include <drift/run_options.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace drift::cli {

struct Settings {
  std::filesystem::path dir = "migrations";
  std::string meta_table = "drift";
  std::string table_prefix = {};
  ClientOptions client = {};
  std::filesystem::path state_dir = {};
  RunOptions run = {};
  std::chrono::milliseconds lock_timeout = MigratorOptions{}.lock_timeout;  // of what is done by hand, without a run
  bool local = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool yes = false;
  std::uint64_t ask_above = 1'000'000;  // items; 0: never
  bool require_pitr = false;
  std::uint64_t canary = 0;  // items; 0: none
  bool color = true;
  std::map<std::string_view, std::string> sources = {};  // of those that were set, by their rows' names
};

struct SettingRow {
  std::string_view name;    // "write-rate": --write-rate, DRIFT_WRITE_RATE, write-rate = in drift.toml
  std::string_view letter;  // "d" for -d; empty: none
  std::string_view value;   // what its value is called in the help; empty: a switch
  std::string_view help;
  void (*set)(Settings&, const std::string& text);  // throws Error for a text that it cannot be
};

// The text of a switch, wherever it stands: true, 1, yes, on; false, 0, no, off. Throws Error for any other.
bool is_true(const std::string& text);

// In the order of the help.
std::span<const SettingRow> setting_rows() noexcept;

// Sets the row from a text that came from `source` ("--write-rate", "DRIFT_WRITE_RATE", "drift.toml"). Throws Error,
// code "Usage", naming the source.
void set(Settings& settings, const SettingRow& row, const std::string& text, std::string_view source);

// The row of that name; null: there is none.
const SettingRow* find_setting(std::string_view name) noexcept;

}  // namespace drift::cli
