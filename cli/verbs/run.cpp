// run: a file outside the sequence, such as a repair that is done once.
#include "cli/numbers.hpp"
#include "cli/run_one.hpp"
#include "cli/safeguards.hpp"
#include "cli/script/lua_script.hpp"
#include "cli/verbs.hpp"

namespace drift::cli {

namespace {

ExitCode run_file(Session& session, const Arguments& arguments) {
  const std::filesystem::path file = arguments.text("FILE");
  KnownMigration migration{.number = number_outside(file.stem().string()), .name = file.stem().string(), .file = file};
  migration.migration = session.load(file, migration.number);
  if (migration.migration.description.empty()) migration.migration.description = migration.name;
  check_safeguards(session, {migration.migration.table});
  return run_one(session, migration, arguments.has("undo") ? Way::down : Way::up, {.again = true});
}

}  // namespace

Verb run_verb() {
  return {.name = "run",
          .help = "Run a file that is not of the sequence; as often as it is called",
          .arguments = {{.name = "FILE", .help = "a script like those of the migrations", .required = true},
                        {.name = "undo", .help = "undo it", .is_flag = true, .has_value = false}},
          .examples = "  drift run repairs/strip_spaces.lua\n  drift run repairs/strip_spaces.lua --undo\n",
          .run = run_file};
}

}  // namespace drift::cli
