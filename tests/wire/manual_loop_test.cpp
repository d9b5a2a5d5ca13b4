// The tests' own loop keeps the promises of base::Loop, and its time moves only as told.
#include "support/manual_loop.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

namespace drift::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ManualLoop, RunsNothingUntilTold) {
  ManualLoop loop;
  std::vector<int> seen;
  loop.post([&] {
    EXPECT_TRUE(loop.on_loop_thread());
    seen.push_back(1);
    loop.post([&] { seen.push_back(2); });
  });
  EXPECT_TRUE(seen.empty());
  EXPECT_FALSE(loop.on_loop_thread());
  EXPECT_EQ(loop.run_posted(), 2U);
  EXPECT_EQ(seen, (std::vector{1, 2}));
}

TEST(ManualLoop, TimersRunAtTheirOwnMoments) {
  ManualLoop loop;
  const auto start = loop.clock().steady();
  std::vector<std::chrono::nanoseconds> seen;
  const auto note = [&] { seen.push_back(loop.clock().steady() - start); };
  loop.after(milliseconds(20), note);
  loop.after(milliseconds(10), [&] {
    note();
    loop.after(milliseconds(5), note);
  });
  loop.after(milliseconds(21), note);
  loop.advance(milliseconds(20));
  EXPECT_EQ(seen, (std::vector<std::chrono::nanoseconds>{milliseconds(10), milliseconds(15), milliseconds(20)}));
  EXPECT_EQ(loop.clock().steady() - start, milliseconds(20));
  EXPECT_EQ(loop.timers(), 1U);
}

TEST(ManualLoop, BothClocksMoveTogetherUntilTheWallClockIsSet) {
  ManualLoop loop;
  const auto steady = loop.clock().steady();
  const auto system = loop.clock().system();
  loop.advance(hours(3));
  EXPECT_EQ(loop.clock().steady() - steady, hours(3));
  EXPECT_EQ(loop.clock().system() - system, hours(3));
  loop.clock().set_system(system);
  EXPECT_EQ(loop.clock().system(), system);
  EXPECT_EQ(loop.clock().steady() - steady, hours(3));
}

TEST(ManualLoop, ACancelledTimerNeverRuns) {
  ManualLoop loop;
  bool ran = false;
  const auto timer = loop.after(milliseconds(1), [&] { ran = true; });
  EXPECT_TRUE(loop.cancel(timer));
  EXPECT_FALSE(loop.cancel(timer));
  loop.advance(hours(1));
  EXPECT_FALSE(ran);
}

TEST(ManualLoop, RunUntilJumpsThroughTime) {
  ManualLoop loop;
  const auto start = loop.clock().steady();
  int steps = 0;
  std::function<void()> again = [&] {
    ++steps;
    loop.after(hours(1), again);
  };
  loop.post(again);
  EXPECT_TRUE(loop.run_until([&] { return steps == 10; }));
  EXPECT_EQ(loop.clock().steady() - start, hours(9));
  ManualLoop empty;
  EXPECT_FALSE(empty.run_until([] { return false; }));
}

TEST(ThreadLoop, JumpsToTheNextTimerWhenNothingElseIsToDo) {
  ThreadLoop loop;
  std::promise<std::vector<int>> done;
  std::vector<int> seen;
  loop.after(hours(2), [&] { seen.push_back(2); });
  loop.after(hours(1'000), [&] { done.set_value(seen); });
  loop.post([&] {
    EXPECT_TRUE(loop.on_loop_thread());
    seen.push_back(1);
  });
  EXPECT_FALSE(loop.on_loop_thread());
  EXPECT_EQ(done.get_future().get().size(), 2U);
}

TEST(ThreadLoop, RunsWhatIsPostedBeforeItEnds) {
  int ran = 0;
  {
    ThreadLoop loop;
    for (int i = 0; i < 100; ++i) loop.post([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace drift::testing
