// Migrations of a table while an application goes on writing to it: no write of the application is lost, no deleted
// item comes back, each item that stays is migrated once, and the report accounts for every action. First of all the
// application alone, and an application whose table was tampered with: the checker sees it.
#include "support/live_writers.hpp"
#include "live/seed.hpp"
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

namespace drift::testing {
namespace {

using Migrating = LiveWriters::Migrating;

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append("\n  ").append(line);
  return text;
}

class LiveWritersTest : public MigratorFixture {
 protected:
  static constexpr std::size_t items = 400;
  static constexpr std::size_t writes_at_barrier = 200;

  LiveWriters& application(Migrating migrating, LiveWriters::Mix mix) {
    make_table(table());
    application_ = std::make_unique<LiveWriters>(plain(), table(), seed(), mix, migrating);
    application_->fill(items);
    return *application_;
  }
  LiveWriters& application(Migrating migrating) { return application(migrating, LiveWriters::Mix{}); }

  // Runs the migration among the writers until it is applied; items that were changed too often take a few runs.
  Report run_among_writers(const Callback& up) {
    constexpr int runs_max = 10;
    at_barrier();
    Report report;
    application_->start(2);
    for (int i = 0; i < runs_max; ++i) {
      report = run(up);
      EXPECT_TRUE(report.ok() || report.outcome == Outcome::quarantined) << errors_of(report);
      if (report.outcome != Outcome::quarantined) break;
    }
    application_->stop();
    EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    EXPECT_GE(written_at_barrier_, items / 10) << "too few items were written between scan and action";
    EXPECT_GT(report.conflicts_resolved, 0U);
    // What a callback did not queue again when it was called again is in no other count.
    const std::uint64_t settled = report.actions_done + report.skipped + report.gone;
    EXPECT_LE(settled, report.actions_queued);
    EXPECT_LE(report.actions_queued - settled, report.conflicts_resolved);
    EXPECT_EQ(report.in_doubt_applied + report.in_doubt_not_applied, 0U);
    std::cout << application_->writes() << " writes, " << report.actions_done << " actions, "
              << report.conflicts_resolved << " conflicts, " << report.gone << " gone\n";
    return report;
  }
  void expect_no_problems() {
    const auto problems = application_->problems();
    EXPECT_TRUE(problems.empty()) << problems.size() << ":" << lines_of(problems);
  }

  std::unique_ptr<LiveWriters> application_;

 private:
  // Many writes after the last callback and before the first action.
  void at_barrier() {
    network().before = [this](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
      if (request.body.find("\"apply\"") == std::string::npos || is_past_barrier_.exchange(true)) return std::nullopt;
      application_->pass_barrier();
      application_->write(writes_at_barrier);
      written_at_barrier_ = application_->items_written();
      return std::nullopt;
    };
  }
  std::atomic<bool> is_past_barrier_ = false;
  std::atomic<std::size_t> written_at_barrier_ = 0;
};

// n + 1, and what was read when it was.
void count_and_derive(const Item& item, Actions& actions) {
  actions.update({.expression = "SET n = n + :one, derived = :d", .values = {{":one", 1}, {":d", item["source"]}}});
}

TEST_F(LiveWritersTest, AloneTheyKeepTheirTableInOrder) {
  LiveWriters& writers = application(Migrating::nothing);
  writers.start(4);
  writers.write(1'500);
  writers.stop();
  EXPECT_GT(writers.items_written(), items / 2);
  expect_no_problems();
}

TEST_F(LiveWritersTest, TheCheckerSeesWhatIsWrong) {
  const auto problems_after = [&](const std::function<void()>& tamper) {
    plain().delete_table(table());
    LiveWriters& writers = application(Migrating::counting);
    writers.write(600);
    for (const auto& [id, item] : MigratorFixture::items()) {
      plain().update_item(
          table(), {{"id", id}},
          {.text = "SET n = n + :one, derived = #s", .values = {{":one", 1}}, .names = {{"#s", "source"}}});
    }
    tamper();
    return writers.problems();
  };
  const auto change = [&](const char* text, Attributes values) {
    for (const auto& [id, item] : MigratorFixture::items()) {
      return plain().update_item(table(), {{"id", id}}, {.text = text, .values = std::move(values)}), void();
    }
  };
  make_table(table());
  EXPECT_TRUE(problems_after([] {}).empty()) << lines_of(problems_after([] {}));
  EXPECT_EQ(problems_after([&] { change("SET n = n - :k", {{":k", 1'000}}); }).size(), 1U) << "a lost addition";
  EXPECT_GE(problems_after([&] { change("SET n = n + :k", {{":k", 1}}); }).size(), 1U) << "migrated twice";
  EXPECT_GE(problems_after([&] { change("SET n = n - :k REMOVE derived", {{":k", 1}}); }).size(), 1U) << "not migrated";
  EXPECT_EQ(problems_after([&] { change("SET derived = :k", {{":k", -1}}); }).size(), 1U) << "of an old source";
  EXPECT_EQ(problems_after([&] { change("SET note = :k", {{":k", "?"}}); }).size(), 1U) << "a lost note";
  EXPECT_EQ(problems_after([&] {
              plain().delete_item(table(), {{"id", MigratorFixture::items().begin()->first}});
            }).size(),
            1U)
      << "a lost item";
  EXPECT_GE(problems_after([&] {
              for (std::size_t id = 0; id < items; ++id) {
                if (!MigratorFixture::items().contains(static_cast<std::int64_t>(id))) {
                  return plain().put_item(table(), {{"id", id}, {"n", 1}}), void();
                }
              }
            }).size(),
            1U)
      << "an item that is back";
}

TEST_F(LiveWritersTest, ArithmeticCountsEachItemOnce) {
  application(Migrating::counting);
  run_among_writers(count_and_derive);
  expect_no_problems();
}

TEST_F(LiveWritersTest, WholeItemsArePutOnWhatTheyAreNow) {
  application(Migrating::counting);
  run_among_writers([](const Item& item, Actions& actions) {
    Attributes all = item.attributes();
    all["n"] = all.at("n").as_int64() + 1;
    all["derived"] = all.at("source");
    actions.put(all);
  });
  expect_no_problems();
}

TEST_F(LiveWritersTest, ARemovalLooksAtItsPredicateAgain) {
  application(Migrating::removing, {.flag = 4, .write_back = 0});
  run_among_writers([](const Item& item, Actions& actions) {
    if (item["flag"].as_bool()) actions.remove();
  });
  expect_no_problems();
}

TEST_F(LiveWritersTest, ACheckedCopyIsNeverStale) {
  application(Migrating::copying);
  make_table(other_table());
  run_among_writers([&](const Item& item, Actions& actions) {
    actions.put({{"id", item["id"]}, {"n", item["n"]}, {"source", item["source"]}}, other_table(),
                {.guard = Guard::unchanged});
  });
  expect_no_problems();
  const auto problems = application_->problems_of_copies(other_table());
  EXPECT_TRUE(problems.empty()) << lines_of(problems);
}

}  // namespace
}  // namespace drift::testing
