#include "migrate/ready_lanes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace drift::migrate {
namespace {

class ReadyLanesTest : public testing::Test {
 protected:
  ReadyLanesTest() {
    pacer.add_table({.name = "T"}, now);
    // The queue as a scan of three segments fills it: four actions of each.
    for (std::uint64_t place = 1; place <= 12; ++place) {
      const auto job = std::make_shared<ApplyJob>();
      job->action.table = "T";
      job->action.key = std::to_string(place);
      job->action.scanned_item = true;
      job->action.segment = static_cast<std::uint32_t>((place - 1) / 4);
      job->action.place = job->action.sequence = place;
      lanes.insert(job);
    }
  }

  // The segments of the jobs in the order in which they leave, until none may.
  std::string all_leave() {
    std::string segments;
    while (const auto job = lanes.next(now)) {
      lanes.erase(job);
      segments += std::to_string(job->action.segment);
    }
    return segments;
  }
  void refuse_segment(pace::Pacer::Range segment) {
    const double taken = pacer.depart(0, segment, now);
    pacer.refused(0, segment, taken, {.scope = pace::Refusal::Scope::key_range}, now);
  }

  const base::SteadyTime now{std::chrono::seconds(1'000)};
  pace::Pacer pacer{"WCU", 1};
  ReadyLanes lanes{pacer, [](std::string_view) { return pace::Pacer::Table(0); }, [](const ApplyJob&) { return false; },
                   "T"};
};

TEST_F(ReadyLanesTest, JobsLeaveInTheQueuesOrderWhileNoKeyRangeRefuses) { EXPECT_EQ(all_leave(), "000011112222"); }

TEST_F(ReadyLanesTest, ARangeThatRefusesIsHeldBackAndTheOthersTakeTurns) {
  refuse_segment(0);
  EXPECT_EQ(all_leave(), "12121212");
  EXPECT_FALSE(lanes.empty());
  ASSERT_TRUE(lanes.next_moment());
  EXPECT_GT(*lanes.next_moment(), now);
}

TEST_F(ReadyLanesTest, WhatIsHeldBackIsNotOpen) {
  EXPECT_EQ(lanes.open(now).alone, 12U);
  refuse_segment(0);
  lanes.erase(lanes.next(now));  // of another segment: this one was found to be held back
  EXPECT_EQ(lanes.open(now).alone, 7U);
  all_leave();
  EXPECT_EQ(lanes.open(now).alone, 0U);
  const base::SteadyTime later = *lanes.next_moment();
  ASSERT_TRUE(lanes.next(later));
  EXPECT_EQ(lanes.open(later).alone, 4U);
  EXPECT_EQ(lanes.open(later).shared, 0U);
}

}  // namespace
}  // namespace drift::migrate
