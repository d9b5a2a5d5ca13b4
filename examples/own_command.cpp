// The command `drift` around migrations of one's own: up, down, status, plan and all the rest, for callbacks in C++.
// Linked with drift::cli. Migrations that are files of the directory migrations/ may stand beside them.
//
//   own_command init && own_command up && own_command status
#include <drift/cli.hpp>
#include <drift/drift.hpp>

int main(int argc, char** argv) {
  const drift::Migration decade{
      .number = 1,
      .table = "Movies",
      .description = "add the decade",
      .up =
          [](const drift::Item& movie, drift::Actions& actions) {
            const auto year = movie.find("year");
            if (!year || movie.find("decade")) return;
            actions.update({.expression = "SET decade = :d", .values = {{":d", year->as_int64() / 10 * 10}}});
          },
      .down = [](const drift::Item&, drift::Actions& actions) { actions.update({.expression = "REMOVE decade"}); },
      .revision = "1",  // another text when what the callbacks do is changed
  };
  return drift::main(argc, argv, {decade});
}
