// Removes the sessions that were last used before a day: delete_by_predicate 2024-01-01
//
// The items are chosen in the callback; the condition decides once more at the moment of the removal, so a session that
// is used while the run goes on stays. There is no `down`: what is removed is gone, and undo refuses.
#include <drift/drift.hpp>

#include <cstdio>
#include <string>

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s <day, as 2024-01-01>\n", argv[0]);
    return 2;
  }
  const std::string before = argv[1];  // ISO 8601 texts are in order of time

  drift::Client dynamodb;
  drift::Migrator migrator(dynamodb, {.meta_table = "Migrations"});
  migrator.init();

  const drift::Migration migration{
      .number = 3,
      .table = "Sessions",
      .description = "sessions last used before " + before,
      .up =
          [&before](const drift::Item& session, drift::Actions& actions) {
            const auto last_used = session.find("last_used");
            if (!last_used || last_used->as_string() >= before) return;  // without a date: keep it
            actions.remove(session.key(), "Sessions",
                           {.condition = "last_used < :before", .values = {{":before", before}}});
          },
  };
  const drift::Report report = migrator.run(migration, {.concurrency = 4});

  std::printf("%s: %lu sessions read, %lu removed, %lu kept because they were used meanwhile\n",
              drift::outcome_text(report.outcome), report.items_scanned, report.actions_done, report.skipped);
  for (const drift::Error& error : report.errors)
    std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return report.ok() ? 0 : 1;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
