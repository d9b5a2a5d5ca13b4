// down, down-to, redo, resume: undo, and what is left to finish.
#include "cli/passage.hpp"
#include "cli/verbs.hpp"
#include "cli/verbs/passage_flags.hpp"

namespace drift::cli {

namespace {

ExitCode down(Session& session, const Arguments& arguments) {
  return go_down(session, {.count = 1, .allow_later = arguments.has("allow-later")});
}

ExitCode down_to(Session& session, const Arguments& arguments) {
  return go_down(session, {.last = arguments.needed_number("V"), .allow_later = arguments.has("allow-later")});
}

ExitCode redo_newest(Session& session, const Arguments& arguments) {
  return redo(session, arguments.has("allow-later"));
}

ExitCode resume_all(Session& session, const Arguments&) { return resume(session); }

}  // namespace

Verb down_verb() {
  return {.name = "down",
          .aliases = {"rollback"},
          .help = "Undo the newest migration that is applied",
          .arguments = {allow_later},
          .examples = "  {drift} down\n",
          .run = down};
}

Verb down_to_verb() {
  return {.name = "down-to",
          .help = "Undo the migrations after number V, the newest first; 0: all",
          .arguments = {{.name = "V", .help = "the number of the last one that stays", .required = true}, allow_later},
          .examples = "  {drift} down-to 3\n",
          .run = down_to};
}

Verb redo_verb() {
  return {.name = "redo",
          .help = "Undo the newest migration and apply it again",
          .arguments = {allow_later},
          .examples = "  {drift} redo\n",
          .run = redo_newest};
}

Verb resume_verb() {
  return {.name = "resume",
          .help = "Go on with what was stopped, failed or interrupted",
          .examples = "  {drift} resume\n",
          .run = resume_all};
}

}  // namespace drift::cli
