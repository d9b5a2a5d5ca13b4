// Undo without `down`, and what people do with runs that ended otherwise than they should.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace drift::testing {
namespace {

class RestoreTest : public MigratorFixture {
 protected:
  Report undo(const RunOptions& options = {}) { return migrator().undo({.number = 1, .table = table()}, options); }
  void application(int id, const std::string& update, const Attributes& values = {}) {
    plain().update_item(table(), {{"id", id}}, {.text = update, .values = values});
  }
};

TEST_F(RestoreTest, EveryKindOfActionIsTakenBack) {
  fill(60);
  make_table(other_table());
  plain().put_item(other_table(), {{"id", 5}, {"old", "content"}});
  const auto before = items();
  const auto others = items(other_table());
  const Report report = run([&](const Item& item, Actions& actions) {
    const std::int64_t id = item["id"].as_int64();
    const Attributes key{{"id", id}};
    switch (id % 6) {
      case 0:
        actions.update({.expression = "SET n = n + :one, fresh = :f REMOVE #t",
                        .values = {{":one", 1}, {":f", List{1, "x"}}},
                        .names = {{"#t", "text"}}});
        actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
        break;
      case 1:
        actions.remove();
        break;
      case 2:
        actions.put({{"id", id}, {"all", "new"}});
        break;
      case 3:
        actions.insert({{"id", id}, {"copy", true}}, other_table());
        break;
      case 4:
        actions.update({.expression = "SET fresh = :f", .values = {{":f", 1}}, .guard = Guard::none});
        break;
      default:
        actions.put({{"id", id}, {"copy", true}}, other_table());
    }
  });
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  ASSERT_NE(items(), before);

  const Report undone = undo();
  EXPECT_EQ(undone.outcome, Outcome::undone) << errors_of(undone);
  EXPECT_EQ(items(), before);
  EXPECT_EQ(items(other_table()), others);
  EXPECT_TRUE(migrator().applied().empty());
  EXPECT_TRUE(journals().empty());
}

TEST_F(RestoreTest, ARunThatWritesNothingLeavesTheUndoToTheOneBefore) {
  fill(5);
  const auto before = items();
  const auto once = [](const Item& item, Actions& actions) {
    if (!item.contains("seen")) actions.update({.expression = "SET seen = :t", .values = {{":t", true}}});
  };
  ASSERT_EQ(run(once).outcome, Outcome::applied);
  const std::string first = migrator().applied().at(0).run_id;
  for (int times = 0; times < 2; ++times) {
    const Report again = run(once, {.allow_applied = true});
    ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
    EXPECT_EQ(again.actions_queued, 0U);
    EXPECT_EQ(migrator().applied().at(0).run_id, first);
  }
  migrator().mark_pending(1);
  ASSERT_EQ(run(once).outcome, Outcome::applied);
  EXPECT_EQ(undo().outcome, Outcome::undone);
  EXPECT_EQ(items(), before);
}

TEST_F(RestoreTest, CallbacksThatFailedAreListedUntilTheyAreDone) {
  fill(40);
  const auto odd = [](const Item& item, Actions& actions) {
    if (item["id"].as_int64() % 2 != 0) throw std::runtime_error("odd");
    actions.update({.expression = "SET seen = :t", .values = {{":t", true}}});
  };
  Report report = run(odd, {.max_errors = 25});
  ASSERT_EQ(report.outcome, Outcome::failed);
  const auto left = [&] { return migrator().failures(report.run_id); };
  ASSERT_EQ(left().size(), 20U);
  EXPECT_EQ(left().front().action, "callback");
  EXPECT_NE(left().front().reason.find("odd"), std::string::npos) << left().front().reason;
  for (const std::uint64_t budget : {25U, 3U, 0U, 3U}) {
    report = run(odd, {.max_errors = budget});
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_EQ(left().size(), 20U) << "after a budget of " << budget;
    if (budget == 25) {
      EXPECT_EQ(report.callback_errors, 20U);
    }
  }
  for (const Failure& failure : left()) migrator().resolve(report.run_id, failure.key, Resolution::skip);
  EXPECT_EQ(run(odd).outcome, Outcome::applied);
}

TEST_F(RestoreTest, WhatTheApplicationChangedSinceIsListedAndNotOverwritten) {
  fill(20);
  ASSERT_TRUE(run(count_up).ok());
  application(3, "SET n = :n", {{":n", 40}});
  application(4, "SET extra = :n", {{":n", 40}});  // an attribute of its own
  plain().delete_item(table(), {{"id", 5}});
  const Report report = undo();
  EXPECT_EQ(report.outcome, Outcome::quarantined) << errors_of(report);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ChangedSince");
  EXPECT_EQ(report.gone, 1U);
  EXPECT_EQ(items().at(3).at("n"), Value(40));
  EXPECT_EQ(items().at(4).at("n"), Value(0));
  EXPECT_FALSE(items().contains(5));
  EXPECT_EQ(count_where("n", 0), 18U);
  EXPECT_EQ(migrator().applied().size(), 1U) << "the row goes only when every item is restored or resolved";

  const auto failures = migrator().failures(report.run_id);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].key, (Attributes{{"id", 3}}));
  EXPECT_FALSE(failures[0].in_doubt);
  migrator().resolve(report.run_id, failures[0].key, Resolution::skip);
  const Report again = undo();
  EXPECT_EQ(again.outcome, Outcome::undone) << errors_of(again);
  EXPECT_TRUE(migrator().applied().empty());
}

TEST_F(RestoreTest, ItemsWithoutAnImageAreListed) {
  fill(5);
  ASSERT_TRUE(run(count_up, {.guard = Guard::exists}).ok());  // with a marker: a transaction brings no image
  const Report report = undo();
  EXPECT_EQ(report.outcome, Outcome::quarantined) << errors_of(report);
  EXPECT_EQ(report.errors_total, 5U);
  EXPECT_EQ(report.errors.at(0).code(), "NoImage");
  EXPECT_EQ(count_where("n", 1), 5U);
}

TEST_F(RestoreTest, IsStoppedAndGoesOn) {
  fill(1'000);
  ASSERT_TRUE(run(count_up).ok());
  const Report report = undo({.stop = stop_at_update(200)});
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_THROW(migrator().prune(1), Error) << "it restores from that journal";
  EXPECT_EQ(undo().outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 1'000U);
}

TEST_F(RestoreTest, NeedsTheJournalAndNoLaterMigration) {
  fill(5);
  ASSERT_TRUE(run(count_up).ok());
  Migration second = migration(count_up);
  second.number = 2;
  ASSERT_TRUE(migrator().run(second).ok());
  const Report later = undo();
  EXPECT_EQ(later.outcome, Outcome::refused);
  EXPECT_EQ(later.errors.at(0).code(), "LaterApplied");
  ASSERT_TRUE(migrator().undo({.number = 2, .table = table()}).ok());

  EXPECT_TRUE(migrator().prune(1));
  EXPECT_FALSE(migrator().prune(1));
  const Report pruned = undo();
  EXPECT_EQ(pruned.outcome, Outcome::refused);
  EXPECT_EQ(pruned.errors.at(0).code(), "NoImages");
  EXPECT_EQ(count_where("n", 1), 5U);
}

TEST_F(RestoreTest, TheApplicationsVersionGrowsAgain) {
  fill(5);
  for (int id = 0; id < 5; ++id) application(id, "SET ver = :v", {{":v", 7}});
  ASSERT_TRUE(run(count_up, {.version = "ver"}).ok());
  ASSERT_EQ(count_where("ver", 8), 5U);
  EXPECT_EQ(undo().outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 5U);
  EXPECT_EQ(count_where("ver", 9), 5U);
}

class RunAdminTest : public RestoreTest {
 protected:
  // A run whose action on one item is in doubt.
  Report doubtful_run() {
    fill(5);
    auto once = std::make_shared<std::atomic<bool>>(false);
    auto is_action = std::make_shared<std::atomic<bool>>(false);
    network().before = [is_action](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
      *is_action = request.body.find("drift0") != std::string::npos;
      return std::nullopt;
    };
    network().after = [this, once, is_action](std::string_view, wire::Answer answer) {
      if (!*is_action || once->exchange(true)) return answer;
      for (const auto& [id, attributes] : items()) {
        if (attributes.at("n") == Value(1)) application(static_cast<int>(id), "SET n = :n", {{":n", 33}});
      }
      return lost_answer();
    };
    Report report = run(count_up, {.concurrency = 1});
    EXPECT_EQ(report.outcome, Outcome::quarantined) << errors_of(report);
    return report;
  }
};

TEST_F(RunAdminTest, ADoubtIsDecided) {
  for (const Resolution resolution : {Resolution::done, Resolution::skip, Resolution::again}) {
    const Report report = doubtful_run();
    const auto failures = migrator().failures(report.run_id);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_TRUE(failures[0].in_doubt);
    EXPECT_EQ(failures[0].expression, "SET n = n + :one");
    EXPECT_EQ(run(count_up).outcome, Outcome::quarantined) << "a doubt is not decided by itself";
    EXPECT_EQ(count_where("n", 33), 1U);

    migrator().resolve(report.run_id, failures[0].key, resolution);
    const Report again = run(count_up);
    EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
    EXPECT_EQ(again.run_id, report.run_id);
    EXPECT_EQ(count_where("n", 34), resolution == Resolution::again ? 1U : 0U);
    EXPECT_EQ(count_where("n", 33), resolution == Resolution::again ? 0U : 1U);
    ASSERT_TRUE(migrator().undo(migration({}, [](const Item&, Actions&) {})).ok());
    plain().delete_table(table());
  }
}

TEST_F(RunAdminTest, HistoryTellsWhoDidWhat) {
  fill(5);
  ASSERT_TRUE(run(count_up).ok());
  ASSERT_EQ(undo().outcome, Outcome::undone);
  const auto history = migrator().history(1);
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].direction, "down");
  EXPECT_EQ(history[0].outcome, Outcome::undone);
  EXPECT_EQ(history[1].outcome, Outcome::applied);
  EXPECT_EQ(history[1].actions_done, 5U);
  EXPECT_EQ(history[1].phase, "done");
  EXPECT_FALSE(history[1].host.empty());
  EXPECT_FALSE(history[1].ended.empty());
  EXPECT_TRUE(migrator().leases().empty());
}

TEST_F(RunAdminTest, AJournalThatIsGoneIsNotBegunAnewByItself) {
  fill(1'000);
  const Report report = run(count_up, {.stop = stop_at_update(200)});
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  ASSERT_EQ(journals().size(), 1U);
  std::filesystem::remove_all(state_directory());
  const Report gone = run(count_up);
  EXPECT_EQ(gone.outcome, Outcome::refused);
  ASSERT_EQ(gone.errors.at(0).code(), "JournalElsewhere");
  EXPECT_NE(gone.errors[0].next_step().find(report.journal), std::string::npos);

  migrator().restart(1);
  const Report anew = run([](const Item& item, Actions& actions) {
    if (item["n"] == Value(0)) count_up(item, actions);
  });
  EXPECT_EQ(anew.outcome, Outcome::applied) << errors_of(anew);
  EXPECT_EQ(count_where("n", 1), 1'000U);
}

TEST_F(RunAdminTest, AnOlderCopyOfAJournalIsRefusedUntilItIsAdopted) {
  fill(1'000);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(200)}).outcome, Outcome::stopped);
  const auto journal = journals().at(0);
  const auto copy = state_directory() / "copy";
  std::filesystem::copy_file(journal, copy);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(300)}).outcome, Outcome::stopped);
  std::filesystem::remove(journal);
  std::filesystem::rename(copy, journal);

  const Report behind = run(count_up);
  EXPECT_EQ(behind.outcome, Outcome::refused);
  ASSERT_EQ(behind.errors.at(0).code(), "JournalBehind");
  migrator().adopt(1);
  const Report adopted = run(count_up);
  EXPECT_EQ(adopted.outcome, Outcome::applied) << errors_of(adopted);
  EXPECT_GT(adopted.in_doubt_applied, 0U);
  EXPECT_EQ(count_where("n", 1), 1'000U);
}

// The copy has the generation of the run that went on, and nothing but its place tells that it is one.
TEST_F(RunAdminTest, ACopyElsewhereTakesAllThatIsUnfinishedForMaybeSent) {
  fill(1'000);
  std::stop_source stop;
  std::atomic<int> writes = 0;
  const auto elsewhere = state_directory().parent_path() / "elsewhere";
  // The journal is written at the same time, so a copy of it may be torn.
  const auto copy = [&] {
    for (int attempt = 0; attempt < 1'000; ++attempt) {
      std::filesystem::remove_all(elsewhere);
      std::filesystem::copy(state_directory(), elsewhere, std::filesystem::copy_options::recursive);
      const auto file = elsewhere / std::filesystem::relative(journals().at(0), state_directory());
      try {
        if (journal::Journal::open(file, {.look_only = true})->totals().queued == 1'000) return;
      } catch (const Error&) {
        continue;
      }
    }
    ADD_FAILURE() << "there was no sound copy";
  };
  at_updates([&](int sent) {
    writes = sent;
    if (sent == 200) copy();
    if (sent == 700) stop.request_stop();
  });
  ASSERT_EQ(run(count_up, {.stop = stop.get_token()}).outcome, Outcome::stopped);
  ASSERT_GE(writes, 700);

  Migrator migrator(client(), {.meta_table = table_name("meta"), .state_dir = elsewhere});
  const Report report = migrator.run(migration(count_up));
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GT(report.in_doubt_applied, 0U);
  EXPECT_EQ(count_where("n", 1), 1'000U);
}

// It is moved, or a copy: nobody has sent anything.
TEST_F(RunAdminTest, AScanningJournalElsewhereIsTrusted) {
  fill(150, 30'000);
  std::stop_source stop;
  std::atomic<int> called = 0;
  const auto stopping = [&](const Item& item, Actions& actions) {
    count_up(item, actions);
    if (++called == 100) stop.request_stop();
  };
  ASSERT_EQ(run(stopping, {.stop = stop.get_token()}).outcome, Outcome::stopped);
  const auto elsewhere = state_directory().parent_path() / "elsewhere";
  std::filesystem::rename(state_directory(), elsewhere);
  Migrator migrator(client(), {.meta_table = table_name("meta"), .state_dir = elsewhere});
  const Report report = migrator.run(migration(count_up));
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_not_applied, 0U);
  EXPECT_EQ(count_where("n", 1), 150U);
}

// However it is said: ./state, or by a link.
TEST_F(RunAdminTest, AStateDirectoryIsTheSameByAnotherName) {
  fill(300);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(100)}).outcome, Outcome::stopped);
  const auto link = state_directory().parent_path() / "link";
  std::filesystem::create_directory_symlink(state_directory(), link);
  Migrator migrator(client(), {.meta_table = table_name("meta"), .state_dir = link});
  const Report report = migrator.run(migration(count_up));
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_not_applied, 0U);
  EXPECT_EQ(count_where("n", 1), 300U);
}

TEST_F(RunAdminTest, ACopyOfAScanningJournalIsNotAdoptedOnceTheRunHasSent) {
  fill(1'000);
  std::stop_source in_scan;
  const Migration first = migration([&](const Item& item, Actions& actions) {
    count_up(item, actions);
    in_scan.request_stop();
  });
  ASSERT_EQ(migrator().run(first, {.stop = in_scan.get_token()}).outcome, Outcome::stopped);
  const auto journal = journals().at(0);
  const auto copy = state_directory() / "copy";
  std::filesystem::copy_file(journal, copy);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(200)}).outcome, Outcome::stopped);
  std::filesystem::remove(journal);
  std::filesystem::rename(copy, journal);
  EXPECT_EQ(run(count_up).outcome, Outcome::refused);
  EXPECT_THROW(migrator().adopt(1), Error);
  EXPECT_EQ(run(count_up).outcome, Outcome::refused);
}

TEST_F(RunAdminTest, CodeThatChangedGoesOnOnlyWhereNothingWasSent) {
  fill(500);
  Migration first = migration(count_up);
  first.revision = "one";
  Migration second = first;
  second.revision = "two";
  std::stop_source stop;
  Migration in_scan = first;
  in_scan.up = [&](const Item& item, Actions& actions) {
    count_up(item, actions);
    stop.request_stop();
  };
  ASSERT_EQ(migrator().run(in_scan, {.stop = stop.get_token()}).outcome, Outcome::stopped);
  const Report anew = migrator().run(second);
  EXPECT_EQ(anew.outcome, Outcome::applied) << errors_of(anew);
  EXPECT_EQ(anew.items_scanned, 500U);
  ASSERT_EQ(undo().outcome, Outcome::undone);

  ASSERT_EQ(migrator().run(first, {.stop = stop_at_update(100)}).outcome, Outcome::stopped);
  const Report refused = migrator().run(second);
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_EQ(refused.errors.at(0).code(), "RevisionChanged");
  EXPECT_EQ(migrator().run(first).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 500U);
}

}  // namespace
}  // namespace drift::testing
