// LuaScript: a file of Lua 5.4 as a migration. Its table (table, description, up, down, reads, verify) is read when it
// is loaded; its functions are called once for each item, from any number of threads at once, each in a state of its
// own.
#pragma once

#include <drift/client.hpp>
#include <drift/migration.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace drift::script {

struct ScriptLimits {
  std::uint64_t instructions_max = 10'000'000;      // of one callback, and of loading
  std::size_t memory_max = std::size_t{64} << 20U;  // bytes, of each state
  // Of a processor's, for one callback, and for loading. Beyond it, it ends within about a second.
  std::chrono::milliseconds processor_time_max = std::chrono::seconds(10);
};

struct ScriptOptions {
  // The number that the migration gets; the file does not say it.
  std::uint64_t number = 0;
  // Put before each table's name that the script says.
  std::string table_prefix = {};
  // What `print` prints, a line at a time, from any thread.
  std::function<void(std::string_view)> log = {};
  // The client of the requests that `verify` makes, one that only reads (ClientCore::reading_only). Asked for when the
  // first item is verified, and once. Needed by the migration's verify.
  std::function<Client&()> reader = {};
  ScriptLimits limits = {};
  // Requested with that of the run: callbacks that take long end then with an Error (code "Cancelled").
  std::stop_token stop = {};
};

// Loads a script. Throws Error (code "ScriptError", naming file and line) for a file that cannot be read or is no
// migration. The migration's revision is the checksum of the text of the file and of the modules that it requires, line
// ends and what follows the last word of a line left out. Its callbacks throw Error, code "ScriptError", naming file
// and line, or "Cancelled" after a stop, and keep what they need of the script: the file may change or go.
Migration load_lua(const std::filesystem::path& file, const ScriptOptions& options);

}  // namespace drift::script
