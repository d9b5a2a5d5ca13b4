// Verifications, on the real local server: what does not hold is counted and listed, whatever verify does.
#include <drift/verify.hpp>

#include "support/migrator_fixture.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <stop_token>

namespace drift::testing {
namespace {

class VerifyTest : public MigratorFixture {
 protected:
  Migration verifying(std::function<bool(const Item&)> holds) const {
    Migration verifying = migration(count_up);
    verifying.verify = std::move(holds);
    return verifying;
  }
  Verification look(std::function<bool(const Item&)> holds, const VerifyOptions& options = {}) {
    return verify(client(), verifying(std::move(holds)), options);
  }
};

bool is_one(const Item& item) { return item["n"] == Value(1); }

TEST_F(VerifyTest, HoldsAfterTheRunAndNotBefore) {
  fill(120);
  const Verification before = look(is_one);
  EXPECT_FALSE(before.holds());
  EXPECT_EQ(before.items, 120U);
  EXPECT_EQ(before.differs, 120U);
  ASSERT_EQ(run(count_up).outcome, Outcome::applied);
  const Verification after = look(is_one, {.concurrency = 3, .segments = 7});
  EXPECT_TRUE(after.holds());
  EXPECT_EQ(after.items, 120U);
  EXPECT_TRUE(after.complete);
  EXPECT_GT(after.read_units, 0);
}

TEST_F(VerifyTest, ListsTheFirstHundredKeysAndCountsAll) {
  fill(300);
  const Verification found = look([](const Item& item) { return item["id"].as_int64() < 50; });
  EXPECT_EQ(found.differs, 250U);
  EXPECT_EQ(found.keys.size(), 100U);
  std::set<std::int64_t> ids;
  for (const Attributes& key : found.keys) ids.insert(key.at("id").as_int64());
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_GE(*ids.begin(), 50);
}

TEST_F(VerifyTest, WhatItThrowsIsAnErrorOfTheItemAndTheRestGoesOn) {
  fill(150);
  const Verification found = look([](const Item& item) {
    if (item["id"] == Value(7)) throw std::runtime_error("no sevens");
    return true;
  });
  EXPECT_FALSE(found.holds());
  EXPECT_EQ(found.items, 150U);
  EXPECT_EQ(found.differs, 0U);
  ASSERT_EQ(found.errors_total, 1U);
  EXPECT_EQ(found.errors[0].key(), (Attributes{{"id", 7}}));
  EXPECT_EQ(found.errors[0].message(), "no sevens");
}

TEST_F(VerifyTest, NeedsSomethingToVerify) {
  fill(1);
  try {
    look({});
    FAIL() << "it returned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ConfigError");
  }
}

TEST_F(VerifyTest, AStoppedOneIsNotComplete) {
  fill(500);
  std::stop_source stop;
  std::atomic<int> calls = 0;
  const Verification found = look(
      [&](const Item&) {
        if (++calls == 10) stop.request_stop();
        return true;
      },
      {.segments = 10, .stop = stop.get_token()});
  EXPECT_FALSE(found.complete);
  EXPECT_FALSE(found.holds());
}

TEST_F(VerifyTest, WhatGivesUpBecauseOfTheStopIsNoError) {
  fill(5);
  std::stop_source stop;
  const Verification found = look(
      [&](const Item&) -> bool {
        stop.request_stop();
        throw Error("Cancelled", "given up");
      },
      {.stop = stop.get_token()});
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.errors_total, 0U);
}

TEST_F(VerifyTest, OnlyTheItemsThatAreNamed) {
  fill(20);
  ASSERT_EQ(run(count_up, {.items_max = 3}).outcome, Outcome::stopped);
  const Verification found = look(is_one, {.keys = {{{"id", 4}}, {{"id", 5}}, {{"id", 99}}}});
  EXPECT_EQ(found.items, 2U) << "there is no item 99";
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.differs, 2U - (items().at(4).at("n") == Value(1)) - (items().at(5).at("n") == Value(1)));
}

TEST_F(VerifyTest, SaysHowFarItIs) {
  fill(100);
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  look(is_one, {.on_page = [&](std::uint64_t items, std::uint64_t estimated) {
         last = items;
         total = estimated;
       }});
  EXPECT_EQ(last, 100U);
  EXPECT_EQ(total, 100U);
}

}  // namespace
}  // namespace drift::testing
