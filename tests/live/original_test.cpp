// What the Go library dynamo-drift does wrong when a process is killed, somebody else writes, or two run at once; each
// test is named after what was measured there.
#include "live/runner_fixture.hpp"

#include <atomic>
#include <functional>

namespace drift::testing {
namespace {

class OriginalTest : public RunnerFixture {
 protected:
  // Between the scan and the first action.
  void meanwhile(const std::function<void()>& what) {
    network().before = [what, done = std::make_shared<std::atomic<bool>>(false)](
                           std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
      if (request.body.find("\"apply\"") != std::string::npos && !done->exchange(true)) what();
      return std::nullopt;
    };
  }
  void application(int id, const std::string& update, const Attributes& values) {
    plain().update_item(table(), {{"id", id}}, {.text = update, .values = values});
  }
};

TEST_F(OriginalTest, KillNineInTheActionsThenRunAgainCountsEachItemOnce) {
  const Case at = prepare(2, 500);
  std::string last;
  int kills = 0;
  do {
    last = start(at, "a", "kill-apply", 100)->wait();
    kills += last.empty() ? 1 : 0;
  } while (last.empty() && kills < 30);
  EXPECT_TRUE(last.starts_with("applied")) << last;
  EXPECT_GE(kills, 3);
  EXPECT_EQ(counts(at), "");
}

TEST_F(OriginalTest, AnItemDeletedBetweenScanAndActionStaysDeletedAndIsCounted) {
  fill(200);
  meanwhile([&] { plain().batch_write(table(), {}, {{{"id", 3}}, {{"id", 77}}}); });
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.gone, 2U);
  EXPECT_FALSE(items().contains(3));
  EXPECT_FALSE(items().contains(77));
  EXPECT_EQ(count_where("n", 1), 198U);
}

TEST_F(OriginalTest, AnItemChangedBetweenScanAndActionIsSeenAsItIsNow) {
  fill(200);
  meanwhile([&] { application(3, "SET n = :v", {{":v", 40}}); });
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(items().at(3).at("n"), Value(41));
  EXPECT_EQ(count_where("n", 1), 199U);
}

TEST_F(OriginalTest, AnAttributeThatTheCallbackOnlyReadIsSeenAsItIsNow) {
  fill(200);
  meanwhile([&] { application(3, "SET price = :v", {{":v", 40}}); });
  const Report report = run([](const Item& item, Actions& actions) {
    actions.update({.expression = "SET shown = :s", .values = {{":s", item.find("price").value_or(Value(1))}}});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(items().at(3).at("shown"), Value(40));
  EXPECT_EQ(count_where("shown", 1), 199U);
}

TEST_F(OriginalTest, OfTwoProcessesAtOnceTheSecondWaitsAndIsTold) {
  const Case at = prepare(2, 300);
  const auto first = start(at, "a");
  const auto second = start(at, "b");
  const std::string texts[] = {first->wait(), second->wait()};
  const int winner = texts[0].starts_with("applied") ? 0 : 1;
  EXPECT_TRUE(texts[winner].starts_with("applied")) << texts[0] << texts[1];
  EXPECT_TRUE(texts[1 - winner].starts_with("refused")) << texts[1 - winner];
  EXPECT_NE(texts[1 - winner].find("AlreadyApplied"), std::string::npos) << texts[1 - winner];
  EXPECT_EQ(counts(at), "");
}

TEST_F(OriginalTest, ThrottledItSlowsDownAndLosesNothing) {
  fill(200);
  std::atomic<int> requests = 0;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    const bool is_action = request.body.find(":drift") != std::string::npos;
    const bool is_refused = is_action && requests++ % 20 < 15;
    if (is_refused) return refusal(400, "ProvisionedThroughputExceededException");
    return std::nullopt;
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GT(report.throttled, 200U);
  EXPECT_EQ(report.in_doubt_applied, 0U);
  EXPECT_EQ(count_where("n", 1), 200U);
}

}  // namespace
}  // namespace drift::testing
