// ProcessScript: an executable file of any language as a migration. Copies of the program speak JSON lines on stdin and
// stdout (docs/other-languages.md): it says of itself what it is when it is loaded, and is then asked for each item, by
// any number of threads at once.
#pragma once

#include <drift/migration.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace drift::script {

struct ProcessOptions {
  // The number that the migration gets; the program is told it.
  std::uint64_t number = 0;
  // Put before each table's name that the program says.
  std::string table_prefix = {};
  // What it writes to stderr, a line at a time, from any thread; must not throw.
  std::function<void(std::string_view)> log = {};
  // How long it may take to answer a line, where it does not say that itself; and to say what it is, once it is
  // started.
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  std::chrono::milliseconds start_timeout = std::chrono::seconds(30);
  // Requested, at the latest, with that of the run: calls that wait, and those that are made then, end with an Error
  // (code "Cancelled"); a program that is just asked has a second to answer.
  std::stop_token stop = {};
};

// Starts the program once to ask it what it is. Throws Error (code "ScriptError", naming the file) for a file that
// cannot be read or is not executable, and for a program that is no migration. The migration's revision is the checksum
// of the file's text, line ends and what follows the last word of a line left out. Its callbacks throw Error, code
// "ScriptError", naming the file, when the program says that an item is wrong, and when it ends, hangs or answers what
// is no answer, with the last lines of its stderr; the next call starts it again, unless its file is another by
// then, or it has failed so three times in a row: each further call is that error at once.
// The guard is about `reads` where it declares any, else about the whole item.
Migration load_process(const std::filesystem::path& file, const ProcessOptions& options);

}  // namespace drift::script
