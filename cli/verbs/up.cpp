// up, up-to: apply what is not applied.
#include "cli/misnamed_files.hpp"
#include "cli/passage.hpp"
#include "cli/verbs.hpp"
#include "cli/verbs/passage_flags.hpp"

namespace drift::cli {

namespace {

ExitCode up(Session& session, const Arguments& arguments) {
  note_misnamed_files(session.console(), session.settings().dir);
  return go_up(session, {.count = arguments.number("N"), .allow_missing = arguments.has("allow-missing")});
}

ExitCode up_to(Session& session, const Arguments& arguments) {
  note_misnamed_files(session.console(), session.settings().dir);
  return go_up(session, {.last = arguments.needed_number("V"), .allow_missing = arguments.has("allow-missing")});
}

}  // namespace

Verb up_verb() {
  return {.name = "up",
          .aliases = {"migrate"},
          .help = "Apply all migrations that are not applied, or the next N",
          .arguments = {{.name = "N", .help = "at most so many"}, allow_missing},
          .examples = "  {drift} up\n  {drift} up 1 --write-rate 500\n",
          .run = up};
}

Verb up_to_verb() {
  return {.name = "up-to",
          .help = "Apply the migrations up to number V",
          .arguments = {{.name = "V", .help = "the number of the last one", .required = true}, allow_missing},
          .examples = "  {drift} up-to 3\n",
          .run = up_to};
}

}  // namespace drift::cli
