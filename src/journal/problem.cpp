#include "journal/problem.hpp"

#include <system_error>
#include <utility>

namespace drift::journal {
namespace {

Error make(std::string code, std::string message, std::string next_step) {
  return Error(
      Error::Details{.code = std::move(code), .message = std::move(message), .next_step = std::move(next_step)});
}

}  // namespace

Error damaged(const std::filesystem::path& file, std::string_view what) {
  return make("JournalDamaged",
              "The journal " + file.string() + " is damaged: " + std::string(what) + ". Nothing was taken from it.",
              "Keep the file and its -wal file: they say what has been done. Bring them back from a copy made while no "
              "run had them open, or look into them with sqlite3's .recover; then run the migration again.");
}

Error locked(const std::filesystem::path& file, std::string_view owner) {
  return make("JournalLocked", "The journal " + file.string() + " is in use by " + std::string(owner) + ".",
              "Wait until it ends, or stop it; then run the migration again: it goes on where that one was.");
}

Error other_version(const std::filesystem::path& file, std::int64_t found, std::int64_t expected) {
  return make("JournalVersion",
              "The journal " + file.string() + " has format " + std::to_string(found) +
                  "; this version of drift knows " + std::to_string(expected) + ". The file was not changed.",
              "Finish the run with the version of drift that began it.");
}

Error disk_full(const std::filesystem::path& file) {
  return make("DiskFull",
              "No space is left for the journal " + file.string() +
                  ". What was acknowledged is in it, and nothing is recorded that was not.",
              "Free some space, then run the migration again: it goes on where it was.");
}

Error state_directory(const std::filesystem::path& path, std::string_view why) {
  return make("StateDirectory", "No journal can be kept at " + path.string() + ": " + std::string(why) + ".",
              "Choose a state directory on a local disk that this user can write (MigratorOptions::state_dir, or "
              "XDG_STATE_HOME), then run the migration again.");
}

Error journal_error(const std::filesystem::path& file, std::string_view what, std::string next_step) {
  return make("JournalError", "The journal " + file.string() + ": " + std::string(what) + ".", std::move(next_step));
}

std::string system_text(int error_number) { return std::generic_category().message(error_number); }

}  // namespace drift::journal
