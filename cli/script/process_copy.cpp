#include "cli/script/process_copy.hpp"

#include "base/text.hpp"
#include "cli/script/script_text.hpp"
#include "wire/sha256.hpp"

#include <unistd.h>

#include <system_error>

namespace drift::script {

namespace {

constexpr std::size_t file_megabytes_max = 64;  // a compiled program with all that it needs
constexpr std::size_t message_bytes_max = 4'000;

ChildSettings child_settings(const ProcessFile& file, const ProcessOptions& options) {
  if (ProcessFile::of(file.path).revision != file.revision) {
    throw Error({.code = "ScriptError",
                 .message = file.name + ": the file has been changed since it was loaded",
                 .next_step = "What was queued before is kept. Give the same command again, or put the file back as it "
                              "was: drift status says whether the run goes on with it."});
  }
  return {.program = file.path, .log = options.log};
}

ChildProcess started(const ProcessFile& file, const ProcessOptions& options) try {
  return ChildProcess(child_settings(file, options));
} catch (const ChildFailure& failure) {
  throw process_error(file.name, failure.what());
}

}  // namespace

ProcessFile ProcessFile::of(const std::filesystem::path& path) {
  const ScriptText read = read_script(path, file_megabytes_max);
  if (!read.problem.empty()) {
    throw Error({.code = "ScriptError",
                 .message = "the program " + path.string() + ' ' + read.problem,
                 .next_step = "Nothing was done. Name a program that can be read and executed."});
  }
  if (::access(path.c_str(), X_OK) != 0) {
    throw Error({.code = "ScriptError",
                 .message = path.string() + " is neither a script of Lua (.lua) nor executable",
                 .next_step = "Nothing was done. If it is a migration: chmod +x " + path.string() +
                              "; if not, give it a name that does not begin with a number."});
  }
  return {.path = std::filesystem::absolute(path),
          .name = path.filename().string(),
          .revision = wire::sha256_hex(normalised(read.text))};
}

Error process_error(const std::string& name, const std::string& problem, const std::string& last_errors) {
  std::string message = name + ": " + problem;
  if (!last_errors.empty()) message += "; the last lines of its stderr: " + last_errors;
  return Error({.code = "ScriptError", .message = base::one_line(message, message_bytes_max)});
}

ProcessCopy::ProcessCopy(const ProcessFile& file, const ProcessOptions& options)
    : file_(file), options_(options), child_(started(file, options)) {
  try {
    table_ = parse_hello(child_.exchange(hello_line(options.number), options.start_timeout));
  } catch (const std::runtime_error& problem) {
    fail(problem.what());
  }
}

std::vector<ProgramResult> ProcessCopy::ask(Call call, std::span<const std::string_view> items) {
  const std::uint64_t id = ++last_id_;
  const std::chrono::milliseconds timeout =
      table_.timeout_seconds == 0 ? options_.timeout : std::chrono::seconds(table_.timeout_seconds);
  try {
    return parse_answer(child_.exchange(request_line(id, call, items), timeout), id, call, items.size());
  } catch (const std::runtime_error& problem) {
    fail(problem.what());
  }
}

// Whatever was wrong, it is not to be asked again.
void ProcessCopy::fail(const std::string& problem) {
  child_.end({});
  throw process_error(file_.name, problem, child_.last_errors());
}

}  // namespace drift::script
