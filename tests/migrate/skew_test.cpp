// When a segment that is far behind is shown, and in which words.
#include "migrate/skew.hpp"

#include "migrate/counters.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace drift::migrate {
namespace {

constexpr bool finished = true;

// `count` segments that have all their items, `items` each.
std::vector<SegmentCount> done(std::size_t count, std::uint64_t items = 8'000) {
  return std::vector<SegmentCount>(count, {.items = items, .finished = finished});
}

std::vector<SegmentCount> with(std::vector<SegmentCount> segments, const std::vector<SegmentCount>& more) {
  segments.insert(segments.end(), more.begin(), more.end());
  return segments;
}

TEST(Skew, IsSaidOfTheSegmentWithMoreThanThreeTimesTheMedian) {
  EXPECT_EQ(skew_text(with(done(3), {{.items = 120'000}})),
            "segment 4 of 4 has 120,000 items so far, half of the others have at most 8,000: one partition key may "
            "hold most of the table");
  EXPECT_EQ(skew_text(with(done(3), {{.items = 24'000}})), "");
  EXPECT_NE(skew_text(with(done(3), {{.items = 24'001}})), "");
}

TEST(Skew, NamesTheLargestOfThoseThatAreNotFinished) {
  const auto segments = with({{.items = 30'000}, {.items = 1'234'567}, {.items = 40'000}}, done(3));
  EXPECT_EQ(skew_text(segments).substr(0, 34), "segment 2 of 6 has 1,234,567 items");
}

TEST(Skew, WaitsUntilHalfOfTheSegmentsAreFinishedAndThereAreFour) {
  const std::vector<SegmentCount> two = {{.items = 120'000}, {.items = 5}};
  EXPECT_EQ(skew_text(with(done(1), two)), "");
  EXPECT_NE(skew_text(with(done(2), two)), "");
  EXPECT_EQ(skew_text(with(done(2), {{.items = 120'000}})), "") << "three segments";
  EXPECT_EQ(skew_text({}), "");
  EXPECT_EQ(skew_text(done(8)), "") << "all are finished";
}

TEST(Skew, IsNothingOfAFewItems) {
  EXPECT_EQ(skew_text(with(done(7, 0), {{.items = 999}})), "");
  EXPECT_NE(skew_text(with(done(7, 0), {{.items = 1'000}})), "");
}

TEST(Skew, DoesNotMeasureBySegmentsOfWhichAnEarlierProcessReadAPart) {
  const std::vector<SegmentCount> parts(3, {.items = 1, .finished = finished, .is_whole = false});
  EXPECT_EQ(skew_text(with(parts, {{.items = 9'000}})), "") << "nothing to measure by";
  EXPECT_EQ(skew_text(with(with(parts, done(1)), {{.items = 9'000}})), "");
  EXPECT_NE(skew_text(with(with(parts, done(1)), {{.items = 25'000}})), "");
}

TEST(Skew, IsInTheProgressWithTheNumberOfSegments) {
  Counters counters;
  EXPECT_EQ(counters.snapshot().segments, 0U);
  counters.start_segments({{.segment = 0, .finished = true},
                           {.segment = 1, .last_key = "k"},
                           {.segment = 2},
                           {.segment = 3},
                           {.segment = 4}});
  EXPECT_EQ(counters.snapshot().segments, 5U);
  EXPECT_EQ(counters.snapshot().segments_done, 1U);
  counters.read_segment(1, 10, finished);
  counters.read_segment(3, 5'000, !finished);
  counters.read_segment(3, 5'000, !finished);
  EXPECT_EQ(counters.snapshot().segments_done, 2U);
  EXPECT_EQ(counters.snapshot().skew, "");
  counters.read_segment(2, 3'000, finished);
  EXPECT_EQ(counters.snapshot().segments_done, 3U);
  EXPECT_EQ(counters.snapshot().skew.substr(0, 32), "segment 4 of 5 has 10,000 items ");
}

}  // namespace
}  // namespace drift::migrate
