// Live writers between the scan and the action: each case of the design's table, on the local server.
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>

namespace drift::testing {
namespace {

class GuardTest : public MigratorFixture {
 protected:
  // Does something at the barrier: after every callback, before the first action.
  void at_barrier(std::function<void()> what) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    network().before = [what = std::move(what), done](std::string_view,
                                                      const wire::Request& request) -> std::optional<wire::Answer> {
      const bool is_barrier = request.body.find("\"apply\"") != std::string::npos;
      if (is_barrier && !done->exchange(true)) what();
      return std::nullopt;
    };
  }
  // A write of the application, past the migrator.
  void application(int id, const std::string& update, const Attributes& values = {}) {
    plain().update_item(table(), {{"id", id}}, {.text = update, .values = values});
  }
  Attributes item(int id) { return items().at(id); }
  // Notes whether the last request was an action's; for runs with concurrency 1, which send one after the other.
  auto marks_actions() {
    return [this](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
      is_action_ = request.body.find("drift0") != std::string::npos;
      return std::nullopt;
    };
  }
  static bool is_executed(const wire::Answer& answer) {
    const auto* response = std::get_if<wire::Response>(&answer);
    return response != nullptr && response->status == 200;
  }
  std::atomic<bool> is_action_ = false;
};

TEST_F(GuardTest, AnItemDeletedMeanwhileStaysDeletedAndIsCounted) {
  fill(20);
  make_table(other_table());
  at_barrier([&] { plain().delete_item(table(), {{"id", 3}}); });
  const Report report = run([&](const Item& item, Actions& actions) {
    count_up(item, actions);
    actions.put({{"id", item["id"]}}, other_table());
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.gone, 2U) << "the update, and what its callback queued beside";
  EXPECT_FALSE(items().contains(3));
  EXPECT_FALSE(items(other_table()).contains(3));
  EXPECT_EQ(items(other_table()).size(), 19U);
  EXPECT_EQ(count_where("n", 1), 19U);
}

TEST_F(GuardTest, AnItemChangedMeanwhileIsCalledBackAgain) {
  fill(20);
  at_barrier([&] { application(3, "SET n = :n", {{":n", 70}}); });
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(item(3).at("n"), Value(71));
}

TEST_F(GuardTest, AnAttributeThatTheCallbackOnlyReadIsGuarded) {
  fill(20);
  at_barrier([&] { application(3, "SET extra = :e", {{":e", "here"}}); });
  const auto says_whether = [](const Item& item, Actions& actions) {
    const bool extra = item.contains("extra");
    actions.update({.expression = "SET told = :t", .values = {{":t", extra}}});
  };
  const Report report = run(says_whether);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(item(3).at("told"), Value(true));
  EXPECT_EQ(item(4).at("told"), Value(false));
}

TEST_F(GuardTest, AnAttributeThatNobodyLookedAtMayChange) {
  fill(20);
  at_barrier([&] { application(3, "SET extra = :e", {{":e", "here"}}); });
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 0U);
  EXPECT_EQ(item(3).at("extra"), Value("here"));
  EXPECT_EQ(item(3).at("n"), Value(1));
}

TEST_F(GuardTest, ReadsOfTheMigrationReplaceTheRecording) {
  fill(20);
  at_barrier([&] { application(3, "SET extra = :e", {{":e", "here"}}); });
  Migration told = migration([](const Item& item, Actions& actions) {
    const bool extra = item.contains("extra");
    actions.update({.expression = "SET told = :t", .values = {{":t", extra}}});
  });
  told.reads = {"n"};
  const Report report = migrator().run(told);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 0U);
  EXPECT_EQ(item(3).at("told"), Value(false));
}

TEST_F(GuardTest, ACallbackThatWantsNothingNowLeavesTheItemAlone) {
  fill(20);
  at_barrier([&] { application(3, "SET n = :n", {{":n", 5}}); });
  const Report report = run([](const Item& item, Actions& actions) {
    if (item["n"] == Value(0)) count_up(item, actions);
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(item(3).at("n"), Value(5));
  EXPECT_EQ(count_where("n", 1), 19U);
}

TEST_F(GuardTest, APutGuardsTheWholeItem) {
  fill(20);
  at_barrier([&] { application(3, "SET n = :n", {{":n", 5}}); });
  const Report report = run([](const Item& item, Actions& actions) {
    Attributes all = item.attributes();
    all["copy_of_n"] = all.at("n");
    actions.put(all);
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(item(3).at("copy_of_n"), Value(5));
  EXPECT_EQ(item(4).at("copy_of_n"), Value(0));
}

TEST_F(GuardTest, ARemovalOfAnItemThatChangedIsCalledBackAgain) {
  fill(20);
  at_barrier([&] { application(3, "SET n = :n", {{":n", 9}}); });
  const Report report = run([](const Item& item, Actions& actions) {
    if (item["n"] == Value(0)) actions.remove();
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  ASSERT_EQ(items().size(), 1U);
  EXPECT_EQ(item(3).at("n"), Value(9));
}

TEST_F(GuardTest, ActionsOfOneCallbackChain) {
  fill(30);
  const Report report = run([](const Item&, Actions& actions) {
    for (int i = 0; i < 4; ++i) {
      actions.update({.expression = "SET n = n + :one, steps = list_append(if_not_exists(steps, :none), :step)",
                      .values = {{":one", 1}, {":none", List{}}, {":step", List{i}}}});
    }
    actions.update({.expression = "REMOVE #t", .names = {{"#t", "text"}}});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 0U);
  for (const auto& [id, attributes] : items()) {
    EXPECT_EQ(attributes.at("n"), Value(4)) << id;
    EXPECT_EQ(attributes.at("steps"), (Value(List{0, 1, 2, 3}))) << id;
    EXPECT_FALSE(attributes.contains("text")) << id;
  }
}

TEST_F(GuardTest, AChainGoesThroughActionsWithOtherGuards) {
  fill(10);
  const Report report = run([](const Item&, Actions& actions) {
    for (const Guard guard : {Guard::unchanged, Guard::exists, Guard::none, Guard::unchanged}) {
      actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = guard});
    }
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 0U);
  EXPECT_EQ(count_where("n", 4), 10U);
}

TEST_F(GuardTest, AfterASkippedActionTheChainGoesOnFromTheImageBefore) {
  fill(10);
  const Report report = run([](const Item&, Actions& actions) {
    actions.update(
        {.expression = "SET n = n + :big", .values = {{":big", 100}}, .condition = "attribute_exists(nope)"});
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.skipped, 10U);
  EXPECT_EQ(report.conflicts_resolved, 0U);
  EXPECT_EQ(count_where("n", 2), 10U);
}

TEST_F(GuardTest, ALiveWriterInTheMiddleOfAChainIsSeen) {
  fill(10);
  std::atomic<int> writes = 0;
  network().before = marks_actions();
  network().after = [&](std::string_view, wire::Answer answer) {
    if (is_action_ && is_executed(answer) && writes++ == 0) {
      for (const auto& [id, attributes] : items()) {
        if (attributes.contains("first")) application(static_cast<int>(id), "SET n = :n", {{":n", 50}});
      }
    }
    return answer;
  };
  const auto two_steps = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET #f = :t", .values = {{":t", true}}, .names = {{"#f", "first"}}});
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
  };
  const Report report = run(two_steps, {.concurrency = 1});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(count_where("n", 51), 1U);
  EXPECT_EQ(count_where("n", 1), 9U);
}

TEST_F(GuardTest, ExistsOverwritesButDoesNotResurrect) {
  fill(20);
  at_barrier([&] {
    application(3, "SET n = :n", {{":n", 70}});
    plain().delete_item(table(), {{"id", 4}});
  });
  const Report report = run(
      [](const Item&, Actions& actions) {
        actions.update({.expression = "SET n = :v", .values = {{":v", 1}}});
      },
      {.guard = Guard::exists});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.gone, 1U);
  EXPECT_FALSE(items().contains(4));
  EXPECT_EQ(count_where("n", 1), 19U);
}

TEST_F(GuardTest, NoneIsUnconditional) {
  fill(20);
  at_barrier([&] { plain().delete_item(table(), {{"id", 4}}); });
  const Report report = run([](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = :v", .values = {{":v", 1}}, .guard = Guard::none});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(item(4), (Attributes{{"id", 4}, {"n", 1}}));
}

TEST_F(GuardTest, TheApplicationsVersionIsTheGuardAndGrows) {
  fill(20);
  for (int id = 0; id < 10; ++id) application(id, "SET ver = :v", {{":v", 7}});
  at_barrier([&] {
    application(3, "SET n = :n, ver = :v", {{":n", 70}, {":v", 8}});
    application(4, "SET n = :n", {{":n", 70}});  // a writer that does not keep to the version is not seen
  });
  const Report report = run(count_up, {.version = "ver"});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(item(3).at("n"), Value(71));
  EXPECT_EQ(item(3).at("ver"), Value(9));
  EXPECT_EQ(item(4).at("n"), Value(71));
  EXPECT_EQ(item(4).at("ver"), Value(8));
  EXPECT_EQ(item(12).at("ver"), Value(1));
}

TEST_F(GuardTest, ACopyUnderAGuardIsNeverStale) {
  fill(20);
  make_table(other_table());
  at_barrier([&] {
    application(3, "SET n = :n", {{":n", 70}});
    plain().delete_item(table(), {{"id", 4}});
  });
  const Report report = run([&](const Item& item, Actions& actions) {
    actions.put({{"id", item["id"]}, {"n", item["n"]}}, other_table(), {.guard = Guard::unchanged});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(report.gone, 1U);
  const auto copies = items(other_table());
  EXPECT_EQ(copies.size(), 19U);
  EXPECT_EQ(copies.at(3).at("n"), Value(70));
}

TEST_F(GuardTest, AnItemThatChangesEachTimeIsQuarantinedAndTriedByTheNextRun) {
  fill(5);
  std::atomic<bool> busy = true;
  network().before = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    const bool ours = operation == "UpdateItem" && request.body.find(":one") != std::string::npos &&
                      request.body.find(R"("id":{"N":"3"})") != std::string::npos;
    if (ours && busy) application(3, "ADD n :ten", {{":ten", 10}});
    return std::nullopt;
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::quarantined) << errors_of(report);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ChangedTooOften");
  EXPECT_EQ(report.quarantined, 1U);
  EXPECT_EQ(count_where("n", 1), 4U);
  EXPECT_TRUE(migrator().applied().empty());

  busy = false;
  const Report again = run(count_up);
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(item(3).at("n"), Value(61));
}

TEST_F(GuardTest, ALostAnswerAndALiveWriterTogetherAreQuarantinedAsInDoubt) {
  fill(5);
  std::atomic<bool> once = false;
  network().before = marks_actions();
  network().after = [&](std::string_view, wire::Answer answer) {
    if (!is_action_ || !is_executed(answer) || once.exchange(true)) return answer;
    for (const auto& [id, attributes] : items()) {
      if (attributes.at("n") == Value(1)) application(static_cast<int>(id), "SET n = :n", {{":n", 33}});
    }
    return lost_answer();
  };
  const Report report = run(count_up, {.concurrency = 1});
  EXPECT_EQ(report.outcome, Outcome::quarantined) << errors_of(report);
  ASSERT_EQ(report.errors_total, 1U);
  EXPECT_EQ(report.errors[0].code(), "InDoubt");
  EXPECT_TRUE(report.errors[0].in_doubt());
  EXPECT_EQ(count_where("n", 33), 1U) << "the application's write was touched";
  EXPECT_EQ(count_where("n", 1), 4U);
}

}  // namespace
}  // namespace drift::testing
