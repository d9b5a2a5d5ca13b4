// How fast a run goes: given rates, caps, a pause, and what is said of it.
#include "base/clock.hpp"
#include "support/migrator_fixture.hpp"

#include <drift/controls.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stop_token>

namespace drift::testing {
namespace {

class PaceTest : public MigratorFixture {};

TEST_F(PaceTest, StopsBeforeItConsumesMoreThanTheCapAndGoesOnWhenThatIsRaised) {
  fill(100);
  RunOptions options{.max_write_units = 40};
  const Report stopped = run(count_up, options);
  EXPECT_EQ(stopped.outcome, Outcome::stopped) << errors_of(stopped);
  ASSERT_EQ(stopped.errors.size(), 1U);
  EXPECT_EQ(stopped.errors[0].code(), "CostCap");
  EXPECT_LE(stopped.write_units, 40);
  EXPECT_GE(stopped.write_units, 35);
  EXPECT_GT(stopped.cost, 0);
  EXPECT_TRUE(migrator().applied().empty());

  // The cap is on the whole run: with the same one nothing more is consumed.
  EXPECT_EQ(run(count_up, options).write_units, stopped.write_units);
  options.max_write_units = 1'000;
  EXPECT_EQ(run(count_up, options).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 100U);
}

TEST_F(PaceTest, ACapInDollarsHoldsForTheScanToo) {
  fill(100);
  const Report report = run(count_up, {.max_cost = 1e-9});
  EXPECT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 0U);
  EXPECT_EQ(count_where("n", 1), 0U);
}

TEST_F(PaceTest, AGivenRateIsKeptAndSaid) {
  fill(60);
  std::atomic<bool> said = false;
  const RunOptions options{.on_progress =
                               [&](const Progress& progress) {
                                 if (progress.pace == Pace::limited) said = true;
                               },
                           .write_rate = Rate::units(50)};
  const auto begun = base::machine_clock().steady();
  const Report report = run(count_up, options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  // 60 units at 50 a second, of which a tenth of a second's is there at once.
  EXPECT_GE(base::machine_clock().steady() - begun, std::chrono::milliseconds(1'000));
  EXPECT_TRUE(said);
}

TEST_F(PaceTest, APausedRunSendsNothingUntilItIsUnpausedAndHearsAStop) {
  fill(50);
  Controls controls;
  controls.pause();
  std::atomic<int> reports = 0;
  std::atomic<bool> sent_while_paused = false;
  RunOptions options{.controls = controls};
  options.on_progress = [&](const Progress& progress) {
    if (progress.pace != Pace::paused) return;
    if (progress.items_scanned > 0) sent_while_paused = true;
    if (++reports == 2) controls.unpause();
  };
  EXPECT_EQ(run(count_up, options).outcome, Outcome::applied);
  EXPECT_FALSE(sent_while_paused);
  EXPECT_GE(reports, 2);
  EXPECT_EQ(count_where("n", 1), 50U);

  std::stop_source stop;
  controls.pause();
  RunOptions stopping{.allow_applied = true, .controls = controls};
  stopping.stop = stop.get_token();
  stopping.on_progress = [&](const Progress& progress) {
    if (progress.pace == Pace::paused) stop.request_stop();
  };
  EXPECT_EQ(run(count_up, stopping).outcome, Outcome::stopped);
}

TEST_F(PaceTest, ARunThatIsGoneOnWithKnowsTheTablesThatItsQueueWritesTo) {
  fill(100);
  make_table(other_table());
  const auto copy = [this](const Item& item, Actions& actions) { actions.put(item.attributes(), other_table()); };
  std::stop_source stop;
  std::atomic<int> written = 0;
  std::atomic<bool> described = false;
  std::atomic<bool> described_first = false;
  network().before = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find(other_table()) == std::string::npos) return std::nullopt;
    if (operation == "DescribeTable") {
      described = true;
    } else if (++written == 30) {
      stop.request_stop();
    } else if (written == 31) {
      described_first = described.load();
    }
    return std::nullopt;
  };
  RunOptions one_at_a_time{.concurrency = 1};
  one_at_a_time.stop = stop.get_token();
  ASSERT_EQ(run(copy, one_at_a_time).outcome, Outcome::stopped);
  ASSERT_EQ(written, 30);
  described = false;
  EXPECT_EQ(run(copy).outcome, Outcome::applied);
  EXPECT_TRUE(described_first);
  EXPECT_EQ(items(other_table()).size(), 100U);
}

TEST_F(PaceTest, ARateThatIsNoneIsRefused) {
  EXPECT_THROW(Rate::units(0), Error);
  EXPECT_THROW(Rate::units(-1), Error);
  EXPECT_THROW(Rate::share(1.5), Error);
  EXPECT_THROW(Controls().set_concurrency(0), Error);
}

}  // namespace
}  // namespace drift::testing
