// A migration as it is named: see the header.
#include "cli/given_migration.hpp"

#include "base/text.hpp"
#include "cli/numbers.hpp"
#include "cli/usage_error.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

namespace drift::cli {

namespace {

std::string to_finish_outside(Session& session, std::uint64_t number, const std::string& file) {
  const auto runs = unfinished_runs(session.migrator().history(number));
  const bool is_undo = !runs.empty() && runs.front().direction == "down";
  return session.command_of("run " + file + (is_undo ? " --undo" : ""));
}

}  // namespace

GivenMigration given_migration(Session& session, const Arguments& arguments, std::string_view name) {
  const std::string& word = arguments.text(name);
  if (const auto number = base::parse_uint64(word)) {
    return {.number = *number,
            .word = word,
            .to_finish = is_outside(*number) ? to_finish_outside(session, *number, "FILE") : session.to_resume()};
  }
  const std::uint64_t number = number_outside(std::filesystem::path(word).stem().string());
  const auto begun = session.migrator().begun();
  if (std::find(begun.begin(), begun.end(), number) == begun.end()) {
    throw usage_error(
        std::string(name) + ": \"" + word + "\" is no number, and no file of that name was run by {drift} run",
        "Nothing was done. {drift} history lists what was run.");
  }
  return {.number = number, .word = word, .to_finish = to_finish_outside(session, number, word)};
}

void check_known(Session& session, const GivenMigration& given) {
  const std::uint64_t number = given.number;
  if (!session.migrator().history(number).empty()) return;
  std::set<std::uint64_t> known;
  for (const AppliedMigration& applied : session.migrator().applied()) known.insert(applied.number);
  if (known.contains(number)) return;
  // What drift run has run is in no directory of migrations, so that is looked for last.
  for (const auto& [each, migration] : session.migrations().all()) known.insert(each);
  if (known.contains(number)) return;
  std::erase_if(known, [](std::uint64_t each) { return is_outside(each); });
  const auto above = known.upper_bound(number);
  std::string near;
  if (above != known.begin()) near = std::to_string(*std::prev(above));
  if (above != known.end()) near += (near.empty() ? "" : " and ") + std::to_string(*above);
  throw usage_error(
      "there is no migration " + given.word,
      "Nothing was done. " + (near.empty() ? "" : "Near it: " + near + ". ") + "{drift} status lists them.");
}

}  // namespace drift::cli
