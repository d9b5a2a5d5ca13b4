// The loop's promises: order, one thread, timers and their cancellation.
#include "wire/io_loop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <thread>
#include <vector>

namespace drift::wire {
namespace {

using std::chrono::milliseconds;

class IoLoopTest : public ::testing::Test {
 protected:
  // Runs what was posted before.
  void settle() {
    std::promise<void> done;
    loop.post([&] { done.set_value(); });
    done.get_future().wait();
  }

  IoLoop loop{base::machine_clock()};
};

TEST_F(IoLoopTest, RunsPostsInOrderOnItsThread) {
  std::vector<int> seen;
  for (int i = 0; i < 1'000; ++i) {
    loop.post([&, i] {
      EXPECT_TRUE(loop.on_loop_thread());
      seen.push_back(i);
    });
  }
  settle();
  EXPECT_FALSE(loop.on_loop_thread());
  ASSERT_EQ(seen.size(), 1'000U);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST_F(IoLoopTest, TakesPostsFromManyThreads) {
  int count = 0;  // the loop's thread only
  std::latch posted(4);
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) loop.post([&] { ++count; });
      posted.count_down();
    });
  }
  posted.wait();
  settle();
  EXPECT_EQ(count, 20'000);
}

TEST_F(IoLoopTest, TasksMayPost) {
  std::promise<int> done;
  loop.post([&] { loop.post([&] { loop.post([&] { done.set_value(3); }); }); });
  EXPECT_EQ(done.get_future().get(), 3);
}

TEST_F(IoLoopTest, RunsTimersInTheOrderOfTheirTimes) {
  std::vector<int> seen;
  std::promise<void> done;
  loop.after(milliseconds(30), [&] {
    seen.push_back(3);
    done.set_value();
  });
  loop.after(milliseconds(1), [&] { seen.push_back(1); });
  loop.after(milliseconds(15), [&] { seen.push_back(2); });
  done.get_future().wait();
  EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST_F(IoLoopTest, ATimerIsNotEarlyAndNotInsideTheCall) {
  std::promise<base::SteadyTime> ran;
  std::atomic<bool> returned = false;
  const auto before = loop.clock().steady();
  loop.post([&] {
    loop.after(milliseconds(0), [&] { EXPECT_TRUE(returned); });
    loop.after(milliseconds(20), [&] { ran.set_value(loop.clock().steady()); });
    returned = true;
  });
  EXPECT_GE(ran.get_future().get() - before, milliseconds(20));
}

TEST_F(IoLoopTest, ACancelledTimerNeverRuns) {
  bool ran = false;
  const auto timer = loop.after(milliseconds(10), [&] { ran = true; });
  EXPECT_TRUE(loop.cancel(timer));
  EXPECT_FALSE(loop.cancel(timer));
  std::promise<void> later;
  loop.after(milliseconds(20), [&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_FALSE(ran);
}

TEST_F(IoLoopTest, ATimerThatHasRunCannotBeCancelled) {
  std::promise<void> ran;
  const auto timer = loop.after(milliseconds(0), [&] { ran.set_value(); });
  ran.get_future().wait();
  EXPECT_FALSE(loop.cancel(timer));
}

TEST_F(IoLoopTest, EachOfManyTimersRunsOrIsCancelled) {
  std::atomic<int> ran = 0;
  int cancelled = 0;
  std::vector<base::Loop::TimerId> timers;
  timers.reserve(500);
  for (int i = 0; i < 500; ++i) timers.push_back(loop.after(milliseconds(i % 7), [&] { ++ran; }));
  for (const auto timer : timers) {
    if (loop.cancel(timer)) ++cancelled;
  }
  std::promise<void> later;
  loop.after(milliseconds(10), [&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_EQ(ran + cancelled, 500);
}

TEST_F(IoLoopTest, StopRunsWhatIsPostedAndDropsTimers) {
  bool posted_ran = false;
  bool timer_ran = false;
  loop.after(std::chrono::hours(1), [&] { timer_ran = true; });
  loop.post([&] { loop.post([&] { posted_ran = true; }); });
  loop.stop();
  EXPECT_TRUE(posted_ran);
  EXPECT_FALSE(timer_ran);
  loop.post([] { FAIL() << "nothing runs after the end"; });
}

}  // namespace
}  // namespace drift::wire
