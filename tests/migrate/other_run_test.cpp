// Two unfinished runs of one migration, each with a journal of its own at another place: only one of them may go on.
// Found by the model (other_run): the items that the other had counted were counted twice.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <stop_token>

namespace drift::testing {
namespace {

class OtherRunTest : public MigratorFixture {
 protected:
  Migrator elsewhere() {
    return Migrator(client(), {.meta_table = table_name("meta"), .state_dir = state_directory().parent_path() / "b"});
  }
  Report stopped_in_the_scan(Migrator& migrator) {
    std::stop_source stop;
    std::atomic<int> called = 0;
    const auto stopping = [&](const Item& item, Actions& actions) {
      if (++called == 120) stop.request_stop();
      count_up(item, actions);
    };
    return migrator.run(migration(stopping), {.stop = stop.get_token()});
  }
  Report stopped_after(Migrator& migrator, int updates, RunOptions options = {}) {
    options.stop = stop_at_update(updates);
    return migrator.run(migration(count_up), options);
  }
  void expect_refused_here() {
    const Report report = run(count_up);
    EXPECT_EQ(report.outcome, Outcome::refused);
    ASSERT_FALSE(report.errors.empty());
    EXPECT_EQ(report.errors[0].code(), "JournalElsewhere") << errors_of(report);
  }
  void expect_the_other_goes_on(std::size_t count) {
    Migrator other = elsewhere();
    const Report report = other.run(migration(count_up));
    EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    EXPECT_EQ(count_where("n", 1), count);
  }
};

TEST_F(OtherRunTest, AScanDoesNotGoOnOnceANewerRunHasSent) {
  fill(150, 30'000);
  ASSERT_EQ(stopped_in_the_scan(migrator()).outcome, Outcome::stopped);
  Migrator other = elsewhere();
  ASSERT_EQ(stopped_after(other, 60).outcome, Outcome::stopped);
  expect_refused_here();
  expect_the_other_goes_on(150);
}

TEST_F(OtherRunTest, NorOnceItHasStreamed) {
  fill(150, 30'000);
  ASSERT_EQ(stopped_in_the_scan(migrator()).outcome, Outcome::stopped);
  Migrator other = elsewhere();
  ASSERT_EQ(stopped_after(other, 60, {.apply = Apply::streaming}).outcome, Outcome::stopped);
  expect_refused_here();
  expect_the_other_goes_on(150);
}

TEST_F(OtherRunTest, NorDoesANewerScanOnceAnOlderRunHasSent) {
  fill(150, 30'000);
  ASSERT_EQ(stopped_in_the_scan(migrator()).outcome, Outcome::stopped);
  Migrator other = elsewhere();
  ASSERT_EQ(stopped_in_the_scan(other).outcome, Outcome::stopped);
  ASSERT_EQ(stopped_after(migrator(), 60).outcome, Outcome::stopped);
  const Report report = other.run(migration(count_up));
  EXPECT_EQ(report.outcome, Outcome::refused);
  EXPECT_EQ(report.errors.at(0).code(), "JournalElsewhere") << errors_of(report);
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 150U);
}

TEST_F(OtherRunTest, AJournalOfARunThatWasGivenUpIsDropped) {
  fill(150);
  ASSERT_EQ(stopped_after(migrator(), 60).outcome, Outcome::stopped);
  Migrator other = elsewhere();
  other.restart(1);
  ASSERT_EQ(stopped_after(other, 140).outcome, Outcome::stopped);
  const std::size_t twice = count_where("n", 2);  // as restart says
  expect_refused_here();
  EXPECT_TRUE(journals().empty());
  const Report report = elsewhere().run(migration(count_up));
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GE(count_where("n", 2), twice);
  EXPECT_EQ(count_where("n", 3), 0U);
}

// It ended between the ledger's row and the end of its journal, and was given up from elsewhere: it is applied all the
// same.
TEST_F(OtherRunTest, AGivenUpJournalDoesNotHideThatTheMigrationIsApplied) {
  fill(5);
  const Report report = run(count_up);
  ASSERT_EQ(report.outcome, Outcome::applied);
  const std::filesystem::path applied = report.journal;
  {
    auto journal = journal::Journal::open(applied);
    journal->set_phase(journal::RunPhase::recording);
    journal::Journal::move(std::move(journal), applied.parent_path() / "1-up.journal");
  }
  const std::string runs = table_name("meta") + ".runs";
  std::size_t given_up = 0;
  for (const Item& row : plain().scan(runs)) {
    if (!row.contains("Phase") || row["RunId"] != Value(report.run_id)) continue;
    plain().update_item(runs, row.key(), Expression{.text = "SET Phase = :p", .values = {{":p", "given up"}}});
    ++given_up;
  }
  ASSERT_EQ(given_up, 1U);
  const Report again = run(count_up);
  EXPECT_EQ(again.outcome, Outcome::refused);
  EXPECT_EQ(again.errors.at(0).code(), "AlreadyApplied") << errors_of(again);
  EXPECT_EQ(count_where("n", 1), 5U);
}

}  // namespace
}  // namespace drift::testing
