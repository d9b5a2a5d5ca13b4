// The cases: see the header. Tables are small, with the odd items in them that the example's own text promises to treat
// in a special way.
#include "test/example_case.hpp"

#include <fstream>

namespace examples {

namespace {

using drift::Attributes;
using drift::Client;
using drift::Type;
using drift::Value;

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

void make_table(Client& client, const std::string& table, const std::string& key,
                const std::vector<Attributes>& items) {
  client.create_table({.name = table, .key = {{key, Type::string}}});
  client.batch_write(table, items);
}

// The rows of the metadata table.
void expect_applied(Client& client, const std::string& meta_table, std::size_t count) {
  const auto applied = drift::Migrator(client, {.meta_table = meta_table}).applied();
  expect(applied.size() == count, std::to_string(count) + " applied migrations, got " + std::to_string(applied.size()));
}

void expect_refused_again(const RunProgram& again) {
  const Finished second = again({});
  expect(second.exit_code == exit_failure, "a second run to be refused");
  expect_output(second, "AlreadyApplied");
  expect_output(second, "Nothing was done");
}

std::vector<Attributes> movies() {
  constexpr int count = 300;
  std::vector<Attributes> items;
  items.reserve(count);
  for (int i = 0; i < count; ++i)
    items.push_back({{"title", "Movie " + std::to_string(i)}, {"year", 1920 + i % 100}, {"cast", drift::List{"A", i}}});
  return items;
}

ExampleCase readme() {
  return {.name = "readme",
          .prepare = [](Client& client, const auto&) { make_table(client, "Movies", "title", movies()); },
          .verify =
              [](Client& client, const Finished& finished, const RunProgram&) {
                const std::string line = "migrations already applied: ";
                expect(finished.output == line + "0\n" + line + "1\n" + line + "0\n", "0, 1 and 0 applied migrations");
                expect_items(client, "Movies", movies());
                expect_applied(client, "MyMigrationsTable", 0);
              }};
}

ExampleCase own_command() {
  return {.name = "own_command",
          .arguments = {"init"},
          .prepare = [](Client& client, const auto&) { make_table(client, "Movies", "title", movies()); },
          .verify =
              [](Client& client, const Finished&, const RunProgram& again) {
                const Finished up = again({"up"});
                expect(up.exit_code == 0, "up to succeed");
                expect_output(up, "applied");
                std::vector<Attributes> with_decade = movies();
                for (Attributes& movie : with_decade) movie["decade"] = movie.at("year").as_int64() / 10 * 10;
                expect_items(client, "Movies", with_decade);
                expect_applied(client, "drift", 1);
                expect_output(again({"status"}), "add the decade");
                expect(again({"down", "--json"}).exit_code == 0, "down to succeed");
                expect_items(client, "Movies", movies());
                // A file's number is after those of the program, which texts call by its name.
                expect_output(again({"new", "more", "--dir=DIRECTORY/files"}), "files/00002_more.lua");
                const Finished unknown = again({"statis"});
                expect_output(unknown, "example_own_command has no verb");
                expect_output(unknown, "example_own_command status?");
              }};
}

ExampleCase table_to_table() {
  const std::vector<Attributes> customers{{{"id", "1"}, {"name", "Ada"}, {"email", "Ada@Example.org"}, {"vip", true}},
                                          {{"id", "2"}, {"name", "Łukasz"}, {"email", "lukasz@example.org"}},
                                          {{"id", "3"}, {"name", "Nobody"}}};
  return {.name = "table_to_table",
          .prepare = [=](Client& client, const auto&) { make_table(client, "Customers", "id", customers); },
          .verify =
              [=](Client& client, const Finished& finished, const RunProgram& again) {
                expect_output(finished, "applied: 3 customers read, 2 copied");
                expect_items(client, "Customers", customers);
                expect_items(client, "CustomersByEmail",
                             {{{"email", "ada@example.org"}, {"customer_id", "1"}, {"name", "Ada"}},
                              {{"email", "lukasz@example.org"}, {"customer_id", "2"}, {"name", "Łukasz"}}});
                expect_applied(client, "Migrations", 1);
                expect_refused_again(again);
              }};
}

ExampleCase new_index_key() {
  const auto ticket = [](const char* id, const char* region, const char* status, int priority, const char* opened_at) {
    return Attributes{{"id", id},
                      {"region", region},
                      {"status", status},
                      {"priority", priority},
                      {"opened_at", opened_at},
                      {"subject", std::string("subject ") + id}};
  };
  std::vector<Attributes> tickets{
      ticket("1", "eu", "open", 3, "2024-03-01"), ticket("2", "eu", "closed", 1, "2024-01-01"),
      ticket("3", "eu", "open", 1, "2024-03-09"), ticket("4", "us", "open", 1, "2024-02-02"),
      ticket("5", "eu", "open", 1, "2024-03-05")};
  tickets[0]["open.rank"] = "0#escalated";  // by the application
  return {.name = "new_index_key",
          .prepare = [=](Client& client, const auto&) { make_table(client, "Tickets", "id", tickets); },
          .verify =
              [=](Client& client, const Finished& finished, const RunProgram& again) {
                std::vector<Attributes> ranked = tickets;
                for (const std::size_t open : {2U, 3U, 4U})
                  ranked[open]["open.rank"] = "1#" + tickets[open].at("opened_at").as_string();
                expect_items(client, "Tickets", ranked);
                const auto& text = finished.output;
                expect(
                    text.find("subject 1") < text.find("subject 5") && text.find("subject 5") < text.find("subject 3"),
                    "the tickets in the order 1, 5, 3");
                expect(text.find("subject 2") == text.npos && text.find("subject 4") == text.npos,
                       "no closed ticket and none of another region");
                std::size_t indexed = 0;
                for (const auto& item : client.scan("Tickets", {.consistent = false, .index = "OpenTickets"}))
                  indexed += item.contains("open.rank") ? 1 : 100;
                expect(indexed == 4, "the four open tickets in the index, and no other");
                expect_refused_again(again);
              }};
}

ExampleCase delete_by_predicate() {
  const std::vector<Attributes> kept{{{"id", "new"}, {"last_used", "2024-06-01"}},
                                     {{"id", "same day"}, {"last_used", "2024-01-01"}},
                                     {{"id", "no date"}}};
  std::vector<Attributes> sessions = kept;
  for (int i = 0; i < 120; ++i)
    sessions.push_back({{"id", "old-" + std::to_string(i)}, {"last_used", "2023-12-31"}, {"data", Value::binary({1})}});
  return {.name = "delete_by_predicate",
          .arguments = {"2024-01-01"},
          .prepare = [=](Client& client, const auto&) { make_table(client, "Sessions", "id", sessions); },
          .verify =
              [=](Client& client, const Finished& finished, const RunProgram& again) {
                expect_output(finished, "applied: 123 sessions read, 120 removed, 0 kept");
                expect_items(client, "Sessions", kept);
                expect_applied(client, "Migrations", 1);
                expect(again({}).exit_code == exit_usage, "the usage without an argument");
              }};
}

ExampleCase direct_client() {
  return {.name = "direct_client",
          .prepare = [](Client&, const auto&) {},
          .verify =
              [](Client& client, const Finished& finished, const RunProgram& again) {
                expect_output(finished, "wrote 60 books");
                expect_output(finished, "4 books between places 5 and 8; 15 without copies");
                expect_output(finished, "refused, and nothing changed: TransactionCanceledException");
                expect_output(finished, "lent 1 times");
                const auto copies = [&client](const char* shelf, int place) {
                  return client.get_item("Library", {{"shelf", shelf}, {"place", place}})->at("copies");
                };
                expect(copies("shelf-1", 3) == 2 && copies("shelf-3", 3) == 4, "one copy moved from shelf 1 to 3");
                expect(copies("shelf-1", 4) == 0 && copies("shelf-3", 4) == 0, "no copy moved of the book at place 4");
                const Finished second = again({});
                expect(second.exit_code == exit_failure, "a table that is there already to be an error");
                expect_output(second, "ResourceInUseException");
              }};
}

ExampleCase own_credentials() {
  return {.name = "own_credentials",
          .arguments = {"DIRECTORY/credentials"},
          .prepare =
              [](Client& client, const std::filesystem::path& directory) {
                std::ofstream(directory / "credentials") << "AKIDEXAMPLE\nsecret-example\n";
                make_table(client, "Secrets", "id", {});
              },
          .verify =
              [](Client&, const Finished& finished, const RunProgram& again) {
                expect_output(finished, "Secrets");
                expect(finished.output.find("secret-example") == std::string::npos, "no secret in the output");
                const Finished without = again({"/nonexistent/file"});
                expect(without.exit_code == exit_failure, "an error without the file");
                expect_output(without, "CredentialsError");
                expect_output(without, "no credentials in /nonexistent/file");
                expect_output(without, "Write the access key's id");
              }};
}

ExampleCase stop_and_resume() {
  const auto visitors = [](int more) {
    constexpr int count = 1200;
    std::vector<Attributes> items;
    items.reserve(count);
    for (int i = 0; i < count; ++i)
      items.push_back({{"id", std::to_string(i)}, {"visits", i + more}, {"diary", std::string(2000, 'x')}});
    return items;
  };
  return {.name = "stop_and_resume",
          .prepare = [=](Client& client, const auto&) { make_table(client, "Visitors", "id", visitors(0)); },
          .verify =
              [=](Client& client, const Finished& finished, const RunProgram&) {
                expect_output(finished, "stopped: ");
                expect(finished.output.find("stopped: 0 items") == std::string::npos, "a stop after the first page");
                expect_output(finished, "migrations applied: 0");
                expect_output(finished, "applied: 1200 items read, 1200 actions queued, 1200 done");
                expect_output(finished, "migrations applied: 1");
                expect_items(client, "Visitors", visitors(1));
              }};
}

}  // namespace

const std::vector<ExampleCase>& example_cases() {
  static const std::vector<ExampleCase> cases{
      readme(),        table_to_table(),  new_index_key(),   delete_by_predicate(),
      direct_client(), own_credentials(), stop_and_resume(), own_command()};
  return cases;
}

}  // namespace examples
