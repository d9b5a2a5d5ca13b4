// ProcessCopy: one running copy of a program that is a migration, which has said what it is and is ready to be asked.
// For one thread at a time.
#pragma once

#include "cli/script/child_process.hpp"
#include "cli/script/json_protocol.hpp"
#include "cli/script/process_script.hpp"

#include <drift/error.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::script {

// The file of a program, as it is to be started.
struct ProcessFile {
  std::filesystem::path path = {};  // absolute
  std::string name = {};            // without its directory, which is what messages call it
  std::string revision = {};        // the checksum of its text

  // Throws Error (code "ScriptError") when it cannot be read or is not executable.
  static ProcessFile of(const std::filesystem::path& path);
};

// An Error with the code "ScriptError" that begins with the program's name.
Error process_error(const std::string& name, const std::string& problem, const std::string& last_errors = {});

// That the program is not asked, or not any more, because of a stop: "Cancelled".
Error stopped_error(const std::string& name);

class ProcessCopy {
 public:
  // Starts it, and asks what it is. Both outlive the copy. Throws Error (code "ScriptError"), also when the file is not
  // any more what it was; or "Cancelled" after a stop.
  ProcessCopy(const ProcessFile& file, const ProcessOptions& options);

  [[nodiscard]] const ProgramTable& table() const noexcept { return table_; }
  // A result for each item. Throws Error (code "ScriptError", or "Cancelled" after a stop); then the program has ended.
  std::vector<ProgramResult> ask(Call call, std::span<const std::string_view> items);
  // It may end, and nobody waits for that yet.
  void close_input() noexcept { child_.close_input(); }

 private:
  [[noreturn]] void fail(const std::string& problem);

  const ProcessFile& file_;
  const ProcessOptions& options_;
  ChildProcess child_;
  ProgramTable table_;
  std::uint64_t last_id_ = 0;
};

}  // namespace drift::script
