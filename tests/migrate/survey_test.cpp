// Surveys, on the real local server: every item is visited once whatever the segments and threads, a sample is spread
// over the table and not larger than asked for, and nothing but reads is sent.
#include "migrate/survey.hpp"

#include "client/core.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>

namespace drift::testing {
namespace {

using migrate::Survey;
using migrate::SurveyOptions;
using migrate::SurveyPlace;

class SurveyTest : public MigratorFixture {
 protected:
  Survey look(SurveyOptions options, const std::function<void(const Item&)>& also = {}) {
    migrate::TableCatalog catalog(client());
    const auto found = catalog.find(table());
    options.source = migrate::table_source(found->description);
    return migrate::survey(client(), *found, options, [&](const SurveyPlace& place, const Item& item) {
      {
        const std::scoped_lock lock(mutex_);
        ids_.push_back(item["id"].as_int64());
        parts_.insert(place.part);
        threads_.insert(place.thread);
      }
      if (also) also(item);
    });
  }
  std::set<std::int64_t> different() { return {ids_.begin(), ids_.end()}; }
  // What is sent from now on, by operation.
  void watch() {
    network().before = [this](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
      const std::scoped_lock lock(mutex_);
      ++sent_[std::string(operation)];
      return std::nullopt;
    };
  }

  std::mutex mutex_;
  std::vector<std::int64_t> ids_;
  std::set<std::size_t> parts_;
  std::set<std::size_t> threads_;
  std::map<std::string, std::size_t> sent_;
};

TEST_F(SurveyTest, EveryItemIsVisitedOnce) {
  fill(500, 1'000);
  for (const std::uint32_t segments : {1U, 3U, 40U}) {
    ids_.clear();
    const Survey survey = look({.threads = 4, .segments = segments});
    EXPECT_EQ(ids_.size(), 500U) << segments;
    EXPECT_EQ(different().size(), 500U) << segments;
    EXPECT_EQ(survey.items, 500U);
    EXPECT_EQ(survey.items_estimated, 500U);
    EXPECT_EQ(survey.parts, segments);
    EXPECT_TRUE(survey.complete);
    EXPECT_FALSE(survey.sampled);
    EXPECT_GT(survey.read_units, 100) << "500 KB in consistent reads";
  }
}

TEST_F(SurveyTest, OnlyReadsAreSent) {
  watch();
  fill(50);
  look({});
  std::set<std::string> operations;
  for (const auto& [operation, _] : sent_) operations.insert(operation);
  EXPECT_EQ(operations, (std::set<std::string>{"DescribeTable", "Scan"}));
}

TEST_F(SurveyTest, ASampleHasAboutWhatWasAskedForFromAllOverTheTable) {
  fill(4'000);
  const Survey survey = look({.sample = 400});
  EXPECT_TRUE(survey.sampled);
  EXPECT_EQ(survey.items_estimated, 4'000U);
  EXPECT_EQ(survey.parts, 20U);
  EXPECT_EQ(survey.items, ids_.size());
  EXPECT_EQ(different().size(), ids_.size()) << "no item twice";
  EXPECT_LE(ids_.size(), 400U);
  EXPECT_GE(ids_.size(), 200U);
  EXPECT_GE(parts_.size(), 18U);
}

TEST_F(SurveyTest, ASampleOfASmallTableIsAllOfIt) {
  fill(100);
  const Survey survey = look({.sample = 100});
  EXPECT_FALSE(survey.sampled);
  EXPECT_EQ(different().size(), 100U);
}

TEST_F(SurveyTest, AnEmptyTableIsDoneAtOnce) {
  make_table(table());
  EXPECT_EQ(look({}).items, 0U);
  EXPECT_EQ(look({.sample = 10}).items, 0U);
}

TEST_F(SurveyTest, WhatAVisitThrowsEndsIt) {
  fill(500);
  try {
    look({.segments = 10}, [](const Item& item) {
      if (item["id"] == Value(123)) throw Error("Mine", "that one");
    });
    FAIL() << "it returned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "Mine");
  }
}

TEST_F(SurveyTest, AStopEndsItWithoutAnError) {
  fill(500);
  std::stop_source stop;
  std::atomic<int> visits = 0;
  const Survey survey = look({.threads = 2, .segments = 10, .stop = stop.get_token()}, [&](const Item&) {
    if (++visits == 20) stop.request_stop();
  });
  EXPECT_FALSE(survey.complete);
  EXPECT_LT(ids_.size(), 100U);
}

TEST_F(SurveyTest, ThrottlingIsWaitedOut) {
  fill(50);
  std::atomic<int> refusals = 20;  // more than the client's own attempts
  network().before = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation == "Scan" && refusals-- > 0) return refusal(400, "ProvisionedThroughputExceededException");
    return std::nullopt;
  };
  EXPECT_EQ(look({.threads = 1, .segments = 1}).items, 50U);
}

TEST_F(SurveyTest, AReadRateMakesPagesSmall) {
  fill(600, 4'000);  // 1 RCU an item
  std::atomic<int> pages = 0;
  network().before = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation == "Scan") ++pages;
    return std::nullopt;
  };
  EXPECT_EQ(look({.threads = 1, .segments = 1, .read_rate = Rate::units(2'000)}).items, 600U);
  EXPECT_GE(pages, 4) << "of at most 200 RCU each";
}

TEST_F(SurveyTest, AReadingClientRefusesToWriteForAVisit) {
  fill(5);
  Client reader(client().core().reading_only());
  try {
    look({}, [&](const Item& item) { reader.delete_item(table(), item.key()); });
    FAIL() << "it returned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ReadOnly");
    EXPECT_EQ(error.table(), table());
  }
  EXPECT_EQ(items().size(), 5U);
}

}  // namespace
}  // namespace drift::testing
