// Stops a migration half-way and goes on with it. A real program would request the stop when it is told to end; here
// the callback does so at the 1,000th item. What is queued by then is in the run's journal, so the second run reads
// only what is left, and nothing is done twice: `visits + :one` would show it.
#include <drift/drift.hpp>

#include <atomic>
#include <cstdio>
#include <stop_token>

void print(const drift::Report& report) {
  std::printf("%s: %lu items read, %lu actions queued, %lu done\n", drift::outcome_text(report.outcome),
              report.items_scanned, report.actions_queued, report.actions_done);
  for (const drift::Error& error : report.errors)
    std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
}

int main() try {
  drift::Client dynamodb;
  drift::Migrator migrator(dynamodb, {.meta_table = "Migrations"});
  migrator.init();

  std::stop_source stop;
  std::atomic<int> seen = 0;  // callbacks run on several threads
  const drift::Migration migration{
      .number = 4,
      .table = "Visitors",
      .description = "one visit more for everybody",
      .up =
          [&](const drift::Item&, drift::Actions& actions) {
            if (++seen == 1000) stop.request_stop();
            actions.update({.expression = "SET visits = visits + :one", .values = {{":one", 1}}});
          },
  };

  const drift::Report first = migrator.run(migration, {.stop = stop.get_token()});
  print(first);
  if (first.outcome != drift::Outcome::stopped) return 1;
  std::printf("its journal: %s\n", first.journal.c_str());
  std::printf("migrations applied: %zu\n", migrator.applied().size());

  const drift::Report second = migrator.run(migration);  // the same call again, without the stop
  print(second);
  std::printf("migrations applied: %zu\n", migrator.applied().size());
  return second.ok() ? 0 : 1;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
