// The progress line: exact texts from given progress and times.
#include "cli/progress_view.hpp"

#include "cli/captured_console.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ProgressViewTest : public ::testing::Test {
 protected:
  // The progress is shown as it is so long after the beginning.
  void show_at(milliseconds time) { view().show(progress_, start_ + time); }
  std::string line_at(milliseconds time, std::size_t columns = 100) {
    show_at(time);
    return view().line(progress_, start_ + time, columns);
  }
  ProgressView& view() { return on_terminal_ ? terminal_view_ : log_view_; }

  void scan(std::uint64_t items) {
    progress_.phase = Phase::scanning;
    progress_.segments = 4;
    progress_.items_scanned = items;
    progress_.items_estimated = 2'000;
    progress_.read_units = static_cast<double>(items) / 2;
  }

  void apply(std::uint64_t actions) {
    progress_.phase = Phase::applying;
    progress_.segments = progress_.segments_done = 4;
    progress_.actions_queued = 1'000;
    progress_.actions_done = actions;
    progress_.write_units = static_cast<double>(actions) * 2;
  }

  CapturedConsole terminal_{200};
  CapturedConsole log_;
  ProgressView terminal_view_{*terminal_, "00001_add"};
  ProgressView log_view_{*log_, "00001_add"};
  bool on_terminal_ = true;
  Progress progress_;
  ProgressView::Time start_{seconds(1'000)};
};

TEST_F(ProgressViewTest, BeforeTheFirstItemThereIsOnlyThePhase) {
  EXPECT_EQ(line_at(milliseconds(0)), "00001_add  preparing");
  progress_.phase = Phase::recording;
  EXPECT_EQ(line_at(seconds(1)), "00001_add  recording");
}

TEST_F(ProgressViewTest, TheScanCountsItemsOfAnEstimate) {
  scan(0);
  EXPECT_EQ(line_at(milliseconds(0)), "00001_add  scan [....................] 0 of about 2,000 items");
  scan(500);
  EXPECT_EQ(line_at(seconds(5)),
            "00001_add  scan [#####...............] 500 of about 2,000 items, 100/s, 16 s left, 50 RCU/s");
  scan(2'500);  // the estimate is hours old
  EXPECT_EQ(line_at(seconds(10)),
            "00001_add  scan [####################] 2,500 of about 2,000 items, 250/s, 125 RCU/s");
}

TEST_F(ProgressViewTest, WithoutAnEstimateThereIsNoBar) {
  scan(10);
  progress_.items_estimated = 0;
  EXPECT_EQ(line_at(milliseconds(0)), "00001_add  scan 10 items");
}

TEST_F(ProgressViewTest, ApplyingCountsActions) {
  apply(0);
  EXPECT_EQ(line_at(milliseconds(0)), "00001_add  apply [....................] 0 of 1,000 actions");
  apply(500);
  progress_.actions_skipped = 30;
  progress_.gone = 20;
  EXPECT_EQ(line_at(seconds(10)),
            "00001_add  apply [###########.........] 550 of 1,000 actions, 55/s, 9 s left, 100 WCU/s");
}

TEST_F(ProgressViewTest, WhileItStreamsItemsAreCountedUntilAllAreScanned) {
  scan(500);
  progress_.phase = Phase::applying;
  progress_.write_units = 100;
  EXPECT_EQ(line_at(milliseconds(0)), "00001_add  apply [#####...............] 500 of about 2,000 items");
  apply(500);
  progress_.write_units = 200;
  EXPECT_EQ(line_at(seconds(2)), "00001_add  apply [##########..........] 500 of 1,000 actions");
  apply(600);
  EXPECT_EQ(line_at(seconds(3)),
            "00001_add  apply [############........] 600 of 1,000 actions, 100/s, 5 s left, "
            "1,000 WCU/s");
}

TEST_F(ProgressViewTest, TheTimeThatIsLeftIsSaidOnceAHundredthIsDone) {
  apply(0);
  show_at(milliseconds(0));
  apply(9);
  EXPECT_EQ(line_at(seconds(1)).find("left"), std::string::npos);
  apply(10);
  EXPECT_NE(line_at(seconds(2)).find(", 5/s, 3 min left, "), std::string::npos) << line_at(seconds(2));
  apply(1'000);
  EXPECT_EQ(line_at(seconds(3)).find("left"), std::string::npos);
}

TEST_F(ProgressViewTest, WhatWasDoneBeforeItWasGoneOnWithIsInNoRate) {
  apply(400);
  show_at(milliseconds(0));
  apply(410);
  EXPECT_EQ(line_at(seconds(1)),
            "00001_add  apply [########............] 410 of 1,000 actions, 10/s, 1 min left, 20 WCU/s");
}

TEST_F(ProgressViewTest, RatesAreThoseOfTheLastHalfMinute) {
  apply(0);
  show_at(milliseconds(0));
  apply(600);
  for (int second = 10; second <= 70; ++second) show_at(seconds(second));
  apply(660);
  EXPECT_NE(line_at(seconds(70)).find(", 2/s, 2 min left, 4 WCU/s"), std::string::npos) << line_at(seconds(70));
}

TEST_F(ProgressViewTest, APauseStandsInPlaceOfTheRates) {
  apply(0);
  show_at(milliseconds(0));
  apply(100);
  progress_.pace = Pace::paused;
  progress_.pace_reason = "paused by its controls";
  progress_.throttled = 3;
  EXPECT_EQ(line_at(seconds(5)),
            "00001_add  apply [##..................] 100 of 1,000 actions, paused by ctl, 3 throttled");
}

TEST_F(ProgressViewTest, ARateThatWasGivenIsSaidBehindTheRest) {
  apply(0);
  show_at(milliseconds(0));
  apply(100);
  progress_.pace = Pace::limited;
  progress_.pace_reason = "table Movies: at the rate that was given, 40 WCU/s";
  EXPECT_EQ(line_at(seconds(5)),
            "00001_add  apply [##..................] 100 of 1,000 actions, 20/s, 46 s left, 40 WCU/s, table Movies: at "
            "the rate that was given, 40 WCU/s");
}

TEST_F(ProgressViewTest, WhatATableRefusesIsSaidBeforeWhatMayBeCut) {
  apply(0);
  show_at(milliseconds(0));
  apply(100);
  progress_.pace = Pace::throttled;
  progress_.pace_reason = "table Movies refuses more than about 40 WCU/s";
  progress_.throttled = 1'234;
  progress_.action_errors = 1;
  progress_.skew = "one segment is far behind";
  EXPECT_EQ(line_at(seconds(5)),
            "00001_add  apply [##..................] 100 of 1,000 actions, 1 error, 20/s, 46 s left, table Movies "
            "refuses more than about 40 WCU/s, 40 WCU/s, 1,234 throttled, one segment is far behind");
}

TEST_F(ProgressViewTest, ANarrowTerminalHasASmallBarOrNone) {
  apply(500);
  EXPECT_EQ(line_at(milliseconds(0), 76), "00001_add  apply [#####.....] 500 of 1,000 actions");
  EXPECT_EQ(line_at(milliseconds(0), 66), "00001_add  apply 500 of 1,000 actions");
}

TEST_F(ProgressViewTest, WhatHoldsItBackIsSeenOnANarrowTerminal) {
  apply(0);
  show_at(milliseconds(0));
  apply(100);
  progress_.pace = Pace::throttled;
  progress_.pace_reason = "table Movies refuses more than about 40 WCU/s";
  progress_.skew = "one segment is far behind";
  show_at(seconds(5));
  EXPECT_EQ(view().short_line(progress_, start_ + seconds(5), 130),
            "00001_add  apply [##..................] 100 of 1,000 actions, 20/s, 46 s left, table Movies "
            "refuses more than about 40 WCU/s");
  EXPECT_EQ(view().short_line(progress_, start_ + seconds(5), 101),
            "00001_add  apply 100 of 1,000 actions, 20/s, 46 s left, table Movies refuses more than about 40 WCU/s");
  EXPECT_EQ(view().short_line(progress_, start_ + seconds(5), 76),
            "00001_add  apply 100 of 1,000 actions, table Movies refuses more than about 40 WCU/s");
}

TEST_F(ProgressViewTest, ARateThatWasGivenLeavesANarrowTerminal) {
  apply(0);
  show_at(milliseconds(0));
  apply(100);
  progress_.pace = Pace::limited;
  progress_.pace_reason = "table Movies: at the rate that was given, 40 WCU/s";
  show_at(seconds(5));
  EXPECT_EQ(view().short_line(progress_, start_ + seconds(5), 76),
            "00001_add  apply [#.........] 100 of 1,000 actions, 20/s, 46 s left");
}

TEST_F(ProgressViewTest, OfEachPhaseALineStaysOnATerminal) {
  show_at(milliseconds(0));
  scan(1'000);
  show_at(seconds(1));
  apply(0);
  show_at(seconds(13));
  apply(1'000);
  progress_.phase = Phase::recording;
  show_at(seconds(100));
  progress_.phase = Phase::finished;
  show_at(seconds(101));
  terminal_->note("end");
  EXPECT_EQ(terminal_.err(),
            "00001_add  preparing\r\x1b[2K"
            "00001_add  scan [##########..........] 1,000 of about 2,000 items\r\x1b[2K"
            "00001_add  scan done: 1,000 items, 500 RCU, 12 s\n"
            "00001_add  apply [....................] 0 of 1,000 actions\r\x1b[2K"
            "00001_add  apply done: 1,000 actions, 2,000 WCU, 1 min\n"
            "00001_add  recording\r\x1b[2Kend\n");
}

TEST_F(ProgressViewTest, OfAPhaseThatWasStoppedNoLineStays) {
  scan(1'000);
  show_at(seconds(1));
  progress_.phase = Phase::finished;
  show_at(seconds(2));
  EXPECT_EQ(terminal_.err().find("done"), std::string::npos);
}

TEST_F(ProgressViewTest, WithoutATerminalThereIsALineEveryHalfMinute) {
  on_terminal_ = false;
  apply(0);
  for (int second = 0; second <= 65; ++second) {
    apply(static_cast<std::uint64_t>(second) * 10);
    show_at(seconds(second));
  }
  progress_.phase = Phase::finished;
  show_at(seconds(95));
  EXPECT_EQ(log_.err(),
            "00001_add  apply [######..............] 300 of 1,000 actions, 10/s, 1 min left, 20 WCU/s\n"
            "00001_add  apply [############........] 600 of 1,000 actions, 10/s, 41 s left, 20 WCU/s\n");
}

TEST_F(ProgressViewTest, WithoutATerminalAShortRunSaysNothingAndALongOneItsPhases) {
  on_terminal_ = false;
  scan(1'000);
  show_at(milliseconds(0));
  apply(0);
  show_at(seconds(1));
  EXPECT_EQ(log_.err(), "");
  show_at(seconds(31));
  progress_.phase = Phase::recording;
  show_at(seconds(32));
  EXPECT_EQ(log_.err(), "00001_add  apply [....................] 0 of 1,000 actions, 0/s, 0 WCU/s\n");
  EXPECT_EQ(log_.out(), "");
}

}  // namespace
}  // namespace drift::cli
