// Events of a run: what they have, and that a process that watches reads what another one wrote.
#include "cli/run_events.hpp"

#include "value/json_object.hpp"

#include <gtest/gtest.h>

namespace drift::cli {
namespace {

const RunName run{.number = 3, .migration = "00003_a", .table = "Movies", .direction = "up"};

// Every member is another one.
Progress full_progress() {
  return {.items_scanned = 1,
          .items_estimated = 2,
          .callbacks_done = 3,
          .callback_errors = 4,
          .actions_queued = 5,
          .actions_done = 6,
          .actions_skipped = 7,
          .action_errors = 8,
          .throttled = 9,
          .read_units = 10.5,
          .write_units = 11.5,
          .phase = Phase::applying,
          .gone = 12,
          .conflicts_resolved = 13,
          .in_doubt_applied = 14,
          .in_doubt_not_applied = 15,
          .quarantined = 16,
          .retried = 17,
          .run_id = "a-run",
          .journal = "/a/\"journal\"",
          .pace = Pace::throttled,
          .pace_reason = "table Movies refuses",
          .segments = 18,
          .segments_done = 19,
          .skew = "far behind",
          .cost = 0.25};
}

TEST(RunEventsTest, ProgressHasAllMembers) {
  EXPECT_EQ(
      progress_event(run, full_progress()),
      R"({"event":"progress","number":3,"migration":"00003_a","table":"Movies","direction":"up","phase":"applying",)"
      R"("items_scanned":1,"items_estimated":2,"callbacks_done":3,"callback_errors":4,"actions_queued":5,)"
      R"("actions_done":6,"actions_skipped":7,"action_errors":8,"throttled":9,"gone":12,"conflicts_resolved":13,)"
      R"("in_doubt_applied":14,"in_doubt_not_applied":15,"quarantined":16,"retried":17,"read_units":10.5,)"
      R"("write_units":11.5,"cost":0.25,"pace":"throttled","segments":18,"segments_done":19,"run_id":"a-run",)"
      R"("journal":"/a/\"journal\"","pace_reason":"table Movies refuses","skew":"far behind"})");
}

TEST(RunEventsTest, WhatIsReadIsWhatWasWritten) {
  const std::string written = progress_event(run, full_progress());
  const SeenProgress seen = read_progress_event(written);
  EXPECT_EQ(seen.migration, "00003_a");
  EXPECT_EQ(progress_event(run, seen.progress), written);
}

TEST(RunEventsTest, WhatIsNotThereIsAsInANewProgress) {
  const SeenProgress seen = read_progress_event("{}");
  EXPECT_EQ(progress_event(run, seen.progress), progress_event(run, Progress{}));
  EXPECT_THROW(read_progress_event("error: no"), Error);
}

TEST(RunEventsTest, TheEndHasTheReportWithItsErrors) {
  Report report{
      .outcome = Outcome::failed, .errors_total = 2, .items_scanned = 7, .run_id = "a-run", .notes = {"a", "b"}};
  report.errors.push_back(Error({.code = "CallbackFailed",
                                 .message = "a \"bad\" item",
                                 .table = "Movies",
                                 .key = {{"id", 7}},
                                 .next_step = "Mend it.",
                                 .in_doubt = true}));
  report.errors.emplace_back("Failed", "broken \xff text");
  const std::string json = finished_event(run, report, ExitCode::failed);
  const value::JsonObject event = value::JsonObject::parse(json);
  EXPECT_EQ(event.string("event"), "finished");
  EXPECT_EQ(event.string("outcome"), "failed");
  EXPECT_EQ(event.integer("exit_code"), 1U);
  EXPECT_EQ(event.integer("items_scanned"), 7U);
  EXPECT_EQ(event.integer("errors_total"), 2U);
  EXPECT_EQ(event.raw("notes"), R"(["a","b"])");
  EXPECT_EQ(event.raw("errors"),
            R"([{"code":"CallbackFailed","message":"a \"bad\" item","table":"Movies","key":{"id":{"N":"7"}},)"
            R"("next_step":"Mend it.","retryable":false,"in_doubt":true},)"
            R"({"code":"Failed","message":"broken ? text","retryable":false,"in_doubt":false}])");
}

TEST(RunEventsTest, TheBeginningNamesTheRun) {
  EXPECT_EQ(started_event(run),
            R"({"event":"started","number":3,"migration":"00003_a","table":"Movies","direction":"up"})");
}

}  // namespace
}  // namespace drift::cli
