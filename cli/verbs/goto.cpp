// goto: up or down, whichever leads there.
#include "cli/passage.hpp"
#include "cli/verbs.hpp"
#include "cli/verbs/passage_flags.hpp"

namespace drift::cli {

namespace {

ExitCode go_to_number(Session& session, const Arguments& arguments) {
  return go_to(session, {.number = arguments.needed_number("V"),
                         .allow_missing = arguments.has("allow-missing"),
                         .allow_later = arguments.has("allow-later")});
}

}  // namespace

Verb goto_verb() {
  return {.name = "goto",
          .help = "Undo the migrations after number V, then apply those up to it; 0: none is applied",
          .arguments = {{.name = "V", .help = "the number of the last one that is applied then", .required = true},
                        allow_missing,
                        allow_later},
          .examples = "  {drift} goto 3\n",
          .run = go_to_number};
}

}  // namespace drift::cli
