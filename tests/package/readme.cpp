// The names of the public surface that are fixed, as a program outside the project uses them: a copy that tests/package
// builds against the installed library. It may gain names; what is here is never renamed or removed.
//
// The project's main example: what its README shows, and the names that programs outside the project are built against.
// It runs against any DynamoDB endpoint: AWS, or the local server when AWS_ENDPOINT_URL_DYNAMODB points at it.
#include <drift/drift.hpp>

#include <cstdio>

// Called once for every item of the table.
void migrate_up(const drift::Item& movie, drift::Actions& actions) {
  if (movie.contains("decade")) return;
  const std::int64_t year = movie["year"].as_int64();
  actions.update({.expression = "SET decade = :d", .values = {{":d", year / 10 * 10}}});
}

void migrate_down(const drift::Item& movie, drift::Actions& actions) {
  if (movie.contains("decade")) actions.update({.expression = "REMOVE decade"});
}

int main() {
  drift::Client dynamodb;  // region, credentials and endpoint are found as the AWS command line finds them
  drift::Migrator migrator(dynamodb, {.meta_table = "MyMigrationsTable"});
  migrator.init();  // creates the metadata table if need be, and returns once it can be used
  std::printf("migrations already applied: %zu\n", migrator.applied().size());

  const drift::Migration migration{
      .number = 0,
      .table = "Movies",
      .description = "readme example",
      .up = migrate_up,
      .down = migrate_down,
  };

  const drift::Report up = migrator.run(migration, {.concurrency = 8, .fail_on_first_error = true});
  for (const drift::Error& error : up.errors) std::printf("error during up migration: %s\n", error.what());
  std::printf("migrations already applied: %zu\n", migrator.applied().size());

  const drift::Report down = migrator.undo(migration, {.concurrency = 8, .fail_on_first_error = true});
  for (const drift::Error& error : down.errors) std::printf("error during down migration: %s\n", error.what());
  std::printf("migrations already applied: %zu\n", migrator.applied().size());
  return up.ok() && down.ok() ? 0 : 1;
}
