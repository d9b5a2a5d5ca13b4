// Migrator on the real local server: what the Go library does wrong (docs name it dynamo-drift) is done right, and the
// life of a run is as ARCHITECTURE.md says.
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <mutex>
#include <set>

namespace drift::testing {
namespace {

class MigratorTest : public MigratorFixture {};

TEST_F(MigratorTest, ExecutesEveryActionWhateverTheirNumber) {
  constexpr std::size_t concurrency = 2;
  const std::vector<std::size_t> counts = {0, 1, 2, 100 * concurrency, 100 * concurrency + 1};
  fill(100 * concurrency + 1);
  std::uint64_t number = 10;
  for (const std::size_t count : counts) {
    Migration counted = migration([count](const Item& item, Actions& actions) {
      if (item["id"].as_number() < Number(count)) count_up(item, actions);
    });
    counted.number = ++number;
    const auto before = items();
    const Report report = migrator().run(counted, {.concurrency = concurrency});
    ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    EXPECT_EQ(report.actions_queued, count);
    EXPECT_EQ(report.actions_done, count);
    for (const auto& [id, item] : items()) {
      const bool touched = static_cast<std::size_t>(id) < count;
      EXPECT_EQ(item.at("n").as_number(), before.at(id).at("n").as_number() + Number(touched ? 1 : 0)) << "item " << id;
    }
  }
}

TEST_F(MigratorTest, ExecutesOneActionOfFiveHundredItems) {
  fill(500);
  const Report report = run([](const Item& item, Actions& actions) {
    if (item["id"] == Value(417)) count_up(item, actions);
  });
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 500U);
  EXPECT_EQ(report.callbacks_done, 500U);
  EXPECT_EQ(count_where("n", 1), 1U);
  EXPECT_EQ(items().at(417).at("n"), Value(1));
}

TEST_F(MigratorTest, GivesEachAttributeNameItsOwnValue) {
  fill(3);
  const Report report = run([](const Item&, Actions& actions) {
    actions.update({.expression = "SET #a = :one, #b = :two",
                    .values = {{":one", 1}, {":two", 2}},
                    .names = {{"#a", "first name"}, {"#b", "second.name"}}});
  });
  ASSERT_TRUE(report.ok()) << errors_of(report);
  for (const auto& [id, item] : items()) {
    EXPECT_EQ(item.at("first name"), Value(1));
    EXPECT_EQ(item.at("second.name"), Value(2));
  }
}

TEST_F(MigratorTest, RemovesAttributesWithoutValues) {
  fill(5);
  const Report report = run([](const Item&, Actions& actions) { actions.update({.expression = "REMOVE n"}); });
  ASSERT_TRUE(report.ok()) << errors_of(report);
  for (const auto& [id, item] : items()) EXPECT_FALSE(item.contains("n"));
}

TEST_F(MigratorTest, LetsSeveralCallbacksUseTheClientAtOnce) {
  fill(64);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        const auto read = actions.client().get_item(table(), item.key());
        if (read != item.attributes()) throw std::runtime_error("the client read another item");
        --inside;
      },
      {.concurrency = 16});
  ASSERT_TRUE(report.ok()) << errors_of(report);
  EXPECT_GT(most, 1);
  EXPECT_LE(most, 16);
}

TEST_F(MigratorTest, RecordsAnAppliedMigrationAsTheGoLibraryDoes) {
  fill(1);
  ASSERT_TRUE(run(count_up).ok());
  const auto row = client().get_item(table_name("meta"), {{"Number", 1}});
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->at("Number"), Value(1));
  EXPECT_EQ(row->at("TableName"), Value(table()));
  EXPECT_EQ(row->at("Description"), Value("a test"));
  EXPECT_TRUE(journals().empty());
}

TEST_F(MigratorTest, ListsWhatIsAppliedByNumberIncludingRowsOfTheGoLibrary) {
  client().put_item(table_name("meta"), {{"Number", 12}, {"TableName", "Other"}, {"Description", "by another"}});
  client().put_item(table_name("meta"), {{"Number", 3}, {"TableName", "Old"}});
  const auto applied = migrator().applied();
  ASSERT_EQ(applied.size(), 2U);
  EXPECT_EQ(applied[0].number, 3U);
  EXPECT_EQ(applied[0].table, "Old");
  EXPECT_EQ(applied[1].number, 12U);
  EXPECT_EQ(applied[1].description, "by another");
}

TEST_F(MigratorTest, RefusesWhatIsAlreadyApplied) {
  fill(5);
  ASSERT_TRUE(run(count_up).ok());
  const Report again = run(count_up);
  EXPECT_EQ(again.outcome, Outcome::refused);
  ASSERT_EQ(again.errors.size(), 1U);
  EXPECT_EQ(again.errors[0].code(), "AlreadyApplied");
  EXPECT_NE(again.errors[0].next_step().find("allow_applied"), std::string::npos);
  EXPECT_EQ(count_where("n", 1), 5U);

  EXPECT_EQ(run(count_up, {.allow_applied = true}).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 2), 5U);
}

TEST_F(MigratorTest, UndoesWithDownAndForgetsTheMigration) {
  fill(40);
  const Migration both = migration(count_up, [](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = n - :one", .values = {{":one", 1}}});
  });
  ASSERT_EQ(migrator().run(both).outcome, Outcome::applied);
  Progress last;
  const Report undone = migrator().undo(both, {.on_progress = [&](const Progress& progress) { last = progress; }});
  ASSERT_EQ(undone.outcome, Outcome::undone) << errors_of(undone);
  EXPECT_EQ(last.phase, Phase::finished);
  EXPECT_EQ(last.actions_done, 40U);
  EXPECT_EQ(count_where("n", 0), 40U);
  EXPECT_TRUE(migrator().applied().empty());
  EXPECT_EQ(migrator().undo(both).outcome, Outcome::refused);
}

TEST_F(MigratorTest, KeepsScanOrderWithConcurrencyOne) {
  fill(300);
  make_table(other_table());
  std::vector<Number> called;
  std::vector<std::string> sent;
  network().before = [&](std::string_view operation, const wire::Request& request) {
    if (operation == "PutItem" && request.body.find("-other") != std::string::npos) sent.push_back(request.body);
    return std::nullopt;
  };
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        called.push_back(item["id"].as_number());
        actions.put({{"id", item["id"]}}, other_table());
      },
      {.concurrency = 1});
  ASSERT_TRUE(report.ok()) << errors_of(report);
  ASSERT_EQ(sent.size(), called.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_NE(sent[i].find("\"N\":\"" + called[i].text() + "\""), std::string::npos) << i;
  }
}

TEST_F(MigratorTest, KeepsTheOrderOfActionsOnOneItem) {
  fill(50);
  make_table(other_table());
  // 50 callbacks at once append to the same four items: each list must be in the order of its own callback's actions.
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        for (int step = 0; step < 6; ++step) {
          actions.update({.key = {{"id", item["id"].as_int64() % 4}},
                          .expression = "SET #l = list_append(if_not_exists(#l, :none), :step)",
                          .values = {{":none", List{}}, {":step", List{List{item["id"], step}}}},
                          .names = {{"#l", "log"}},
                          .table = other_table()});
        }
      },
      {.concurrency = 16});
  ASSERT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.actions_done, 300U);
  std::size_t entries = 0;
  for (const auto& [id, item] : items(other_table())) {
    std::map<Number, std::int64_t> next;
    for (const Value& entry : item.at("log").as_list()) {
      EXPECT_EQ(entry.as_list()[1].as_int64(), next[entry.as_list()[0].as_number()]++);
      ++entries;
    }
  }
  EXPECT_EQ(entries, 300U);
}

TEST_F(MigratorTest, ReportsProgressThatOnlyGrowsOneCallAtATime) {
  fill(2'000);
  std::atomic<int> inside = 0;
  std::vector<Progress> seen;
  const RunOptions options{.on_progress = [&](const Progress& progress) {
    EXPECT_EQ(++inside, 1);
    seen.push_back(progress);
    --inside;
  }};
  const Report report = run(count_up, options);
  ASSERT_TRUE(report.ok()) << errors_of(report);
  ASSERT_FALSE(seen.empty());
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].items_scanned, seen[i - 1].items_scanned);
    EXPECT_GE(seen[i].actions_queued, seen[i - 1].actions_queued);
    EXPECT_GE(seen[i].actions_done, seen[i - 1].actions_done);
    EXPECT_GE(seen[i].write_units, seen[i - 1].write_units);
    EXPECT_GE(seen[i].phase, seen[i - 1].phase);
  }
  EXPECT_EQ(seen.back().phase, Phase::finished);
  EXPECT_EQ(seen.back().items_scanned, 2'000U);
  EXPECT_EQ(seen.back().callbacks_done, 2'000U);
  EXPECT_EQ(seen.back().actions_done, 2'000U);
  EXPECT_EQ(report.write_units, seen.back().write_units);
  EXPECT_GE(report.write_units, 2'000.0);
  EXPECT_GT(report.read_units, 0.0);
}

TEST_F(MigratorTest, SurvivesAProgressCallbackThatThrows) {
  fill(3);
  const Report report = run(count_up, {.on_progress = [](const Progress&) { throw std::runtime_error("no"); }});
  EXPECT_TRUE(report.ok()) << errors_of(report);
}

TEST_F(MigratorTest, ScansTablesOfManyPages) {
  fill(120, 30'000);  // more than three pages of 1 MB
  std::mutex mutex;
  std::set<Number> seen;
  const Report report = run([&](const Item& item, Actions& actions) {
    count_up(item, actions);
    const std::scoped_lock lock(mutex);
    EXPECT_TRUE(seen.insert(item["id"].as_number()).second) << "called back twice";
  });
  ASSERT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 120U);
  EXPECT_EQ(seen.size(), 120U);
  EXPECT_EQ(count_where("n", 1), 120U);
}

}  // namespace
}  // namespace drift::testing
