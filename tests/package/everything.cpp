// The names of the public surface that are fixed, as a program outside the project uses them: a copy that tests/package
// builds against the installed library. It may gain names; what is here is never renamed or removed.
//
// Names of the public surface of the main job, one use of each. A program outside the project is built against these,
// so this file must compile against the installed package with -Wall -Wextra and no warning (every aggregate member has
// a default initializer; member order is part of the surface, new members come last); the project is free in everything
// that it does not name.
#include <drift/drift.hpp>

#include <cstdio>
#include <stop_token>

using namespace drift;

void values() {
  const Number big = Number::parse("12345678901234567890123456789012345678");  // 38 digits, exact
  const Number sum = big + Number(1);
  std::printf("%s %d\n", sum.text().c_str(), sum > big);
  const Value text = "x", flag = true, none = nullptr, number = 42, exact = big;
  const Value bytes = Value::binary({0x00, 0xff});
  const Value list = List{1, "two", nullptr};
  const Value map = Attributes{{"a", 1}, {"b", List{true}}};
  const Value strings = Value::string_set({"a", "b"}), numbers = Value::number_set({1, Number::parse("2.5")});
  const Value binaries = Value::binary_set({{1, 2}, {3}});
  std::printf("%d %ld %d\n", text.type() == Type::string, number.as_int64(), map.as_map().at("a") == Value(1));
}

void look(const Item& item, Actions& actions) {
  if (!item.contains("n")) return;
  const Value n = item["n"];  // throws Error, naming the attribute and the item, when there is none
  const std::optional<Value> maybe = item.find("note");  // or an empty optional
  const Attributes key = item.key();                     // the primary key alone, as the table's schema names it
  const Attributes all = item.attributes();
  const std::string_view json = item.json();  // DynamoDB JSON as it was received
  std::printf("%zu %zu %zu\n", all.size(), json.size(), item.size_bytes());

  actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});  // without a key: the scanned item
  actions.update({.key = key,
                  .expression = "SET #a = :v REMOVE b",
                  .values = {{":v", maybe.value_or("none")}},
                  .names = {{"#a", "a.b"}},
                  .condition = "attribute_exists(n)",
                  .table = "OtherTable"});
  actions.insert({{"id", n}, {"kind", "copy"}}, "OtherTable");  // refuses to replace a different item
  actions.put({{"id", n}, {"kind", "copy"}}, "OtherTable");     // replaces what is there
  actions.put({{"id", n}}, "OtherTable", {.condition = "attribute_not_exists(#i)", .names = {{"#i", "id"}}});
  actions.remove();     // the scanned item
  actions.remove(key);  // the item with this key
  const std::string answer =
      actions.client().call("DescribeTable", R"({"TableName":"OtherTable"})");  // at once, not queued
}

int main() {
  Client aws({.region = "eu-west-1", .profile = "dev"});
  Client client(
      {.region = "us-east-1", .endpoint = "http://127.0.0.1:8000", .credentials = static_credentials("id", "secret")});

  Migrator migrator(client, {.meta_table = "Meta", .state_dir = "state"});
  migrator.init({.write_units = 10, .read_units = 10});  // provisioned; migrator.init() makes the table on demand

  const Migration migration{.number = 1, .table = "T", .description = "everything", .up = look};
  std::stop_source stop;
  const RunOptions options{
      .concurrency = 16,
      .fail_on_first_error = false,
      .on_progress =
          [](const Progress& p) {
            std::printf("%lu of about %lu scanned, %lu callbacks, %lu errors, %lu actions queued, %lu done\n",
                        p.items_scanned, p.items_estimated, p.callbacks_done, p.callback_errors, p.actions_queued,
                        p.actions_done);
          },
      .stop = stop.get_token(),
  };
  const Report report = migrator.run(migration, options);
  for (const Error& error : report.errors)  // the first 1,000; run and undo never throw for what happens in a run
    std::printf("%s (%s) table %s key %zu retryable=%d in_doubt=%d next: %s\n", error.what(), error.code().c_str(),
                error.table().c_str(), error.key().size(), error.retryable(), error.in_doubt(),
                error.next_step().c_str());
  const bool others = report.outcome == Outcome::stopped || report.outcome == Outcome::failed ||
                      report.outcome == Outcome::refused || report.outcome == Outcome::undone;
  std::printf("%d %lu errors in all\n", others, report.errors_total);
  std::printf("%d %d %lu %lu\n", report.ok(), report.outcome == Outcome::applied, report.items_scanned,
              report.actions_done);
  for (const AppliedMigration& m : migrator.applied())
    std::printf("%lu %s %s\n", m.number, m.table.c_str(), m.description.c_str());
  migrator.undo(migration, options);
}
