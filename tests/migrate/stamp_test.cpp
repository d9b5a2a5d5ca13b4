// Stamped runs: exact whatever happens, and restartable without a journal.
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace drift::testing {
namespace {

class StampTest : public MigratorFixture {
 protected:
  void application(int id, const std::string& update, const Attributes& values = {}) {
    plain().update_item(table(), {{"id", id}}, {.text = update, .values = values});
  }
  static constexpr const char* first_stamp = "_drift.1.1";
};

void count_in_steps(const Item& item, Actions& actions) {
  count_up(item, actions);
  count_up(item, actions);
}

TEST_F(StampTest, EveryWriteOfTheScannedTableCarriesIt) {
  fill(20);
  make_table(other_table());
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        const std::int64_t id = item["id"].as_int64();
        if (id % 4 == 0) count_in_steps(item, actions);
        if (id % 4 == 1) actions.put({{"id", id}, {"all", "new"}});
        if (id % 4 == 2) actions.put({{"id", id}}, other_table());
        if (id % 4 == 3) actions.remove();
      },
      {.stamp = "_drift"});
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  const auto all = items();
  EXPECT_EQ(all.size(), 15U);
  EXPECT_EQ(all.at(0).at(first_stamp), (Value(List{2, 2})));
  EXPECT_EQ(all.at(0).at("n"), Value(2));
  EXPECT_EQ(all.at(1).at(first_stamp), (Value(List{1, 1})));
  EXPECT_FALSE(all.at(2).contains(first_stamp));
  EXPECT_EQ(items(other_table()).size(), 5U);
  EXPECT_FALSE(items(other_table()).at(2).contains(first_stamp));

  migrator().sweep(1);
  for (const auto& [id, attributes] : items()) EXPECT_FALSE(attributes.contains(first_stamp)) << id;
}

TEST_F(StampTest, APutOntoAnotherItemOfTheTableIsNotTakenForDoneByThatItemsStamp) {
  fill(10);
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        const std::int64_t id = item["id"].as_int64();
        actions.update({.expression = "SET told = :t", .values = {{":t", true}}, .guard = Guard::none});
        if (id == 3) actions.put({{"id", 7}, {"from", 3}}, "", {.guard = Guard::none});
      },
      {.concurrency = 1, .stamp = "_drift"});
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("from", 3), 1U);
}

TEST_F(StampTest, AFailedRunBeforeTheAppliedOneDoesNotKeepTheSweepFromItsWork) {
  fill(5);
  const auto fails = [](const Item&, Actions&) { throw std::runtime_error("no"); };
  ASSERT_EQ(run(fails, {.stamp = "_drift"}).outcome, Outcome::failed);
  EXPECT_THROW(migrator().sweep(1), Error);
  ASSERT_TRUE(run(count_up, {.stamp = "_drift"}).ok());
  migrator().sweep(1);
  EXPECT_FALSE(items().at(0).contains(first_stamp));
}

TEST_F(StampTest, ADoubtIsNoDoubtEvenWithALiveWriter) {
  fill(10);
  std::atomic<bool> once = false;
  std::atomic<bool> is_action = false;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    is_action = request.body.find("drifts") != std::string::npos;
    return std::nullopt;
  };
  network().after = [&](std::string_view, wire::Answer answer) {
    if (!is_action || once.exchange(true)) return answer;
    for (const auto& [id, attributes] : items()) {
      if (attributes.at("n") == Value(1)) application(static_cast<int>(id), "SET n = n + :n", {{":n", 33}});
    }
    return lost_answer();
  };
  const Report report = run(count_up, {.concurrency = 1, .stamp = "_drift"});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_applied, 1U);
  EXPECT_EQ(count_where("n", 34), 1U);
  EXPECT_EQ(count_where("n", 1), 9U);
}

TEST_F(StampTest, WithoutItsJournalItIsStartedAgain) {
  fill(1'000);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(300), .stamp = "_drift"}).outcome, Outcome::stopped);
  std::filesystem::remove_all(state_directory());
  const Report again = run(count_up, {.stamp = "_drift"});
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_LT(again.actions_queued, 1'000U);
  EXPECT_EQ(count_where("n", 1), 1'000U);
}

TEST_F(StampTest, AHalfStampedItemIsListed) {
  fill(3);
  const RunOptions options{.concurrency = 1, .stop = stop_at_update(1), .stamp = "_drift"};
  ASSERT_EQ(run(count_in_steps, options).outcome, Outcome::stopped);
  std::filesystem::remove_all(state_directory());
  const Report again = run(count_in_steps, {.stamp = "_drift"});
  EXPECT_EQ(again.outcome, Outcome::quarantined) << errors_of(again);
  ASSERT_EQ(again.errors_total, 1U) << errors_of(again);
  EXPECT_EQ(again.errors[0].code(), "HalfStamped");
  EXPECT_EQ(count_where("n", 2), 2U);
  EXPECT_EQ(count_where("n", 1), 1U);
}

TEST_F(StampTest, TheNextExecutionHasAnotherEpoch) {
  fill(5);
  ASSERT_TRUE(run(count_up, {.stamp = "_drift"}).ok());
  ASSERT_EQ(migrator().undo({.number = 1, .table = table()}).outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 5U);
  ASSERT_TRUE(run(count_up, {.stamp = "_drift"}).ok());
  EXPECT_EQ(count_where("n", 1), 5U);
  EXPECT_TRUE(items().at(0).contains("_drift.1.3"));
}

TEST_F(StampTest, MarkersAreRemovedButForDoubts) {
  fill(10);
  std::atomic<bool> once = false;
  std::atomic<bool> is_marked = false;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    is_marked = request.body.find("marker#") != std::string::npos;
    return std::nullopt;
  };
  network().after = [&](std::string_view, wire::Answer answer) {
    return is_marked && !once.exchange(true) ? lost_answer() : std::move(answer);
  };
  const Report report = run(count_up, {.concurrency = 1, .guard = Guard::exists});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("n", 1), 10U);
  std::size_t markers = 0;
  for (const Item& row : plain().scan(table_name("meta") + ".runs")) {
    markers += row["Part"].as_string().starts_with("marker#") ? 1 : 0;
  }
  EXPECT_LE(markers, 1U);
  migrator().sweep(1);
  for (const Item& row : plain().scan(table_name("meta") + ".runs")) {
    EXPECT_FALSE(row["Part"].as_string().starts_with("marker#"));
  }
}

TEST_F(StampTest, ExactExecutesEverythingUnderMarkersThatIsNotGuarded) {
  fill(10);
  std::atomic<int> transactions = 0;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find("marker#") != std::string::npos) ++transactions;
    return std::nullopt;
  };
  const auto constant = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET c = :c", .values = {{":c", 1}}, .guard = Guard::exists});
  };
  ASSERT_TRUE(run(constant, {.exact = true}).ok());
  EXPECT_GE(transactions, 10);
  EXPECT_EQ(count_where("c", 1), 10U);
}

}  // namespace
}  // namespace drift::testing
