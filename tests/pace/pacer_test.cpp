#include "pace/pacer.hpp"

#include "moments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::pace {
namespace {

using Scope = Refusal::Scope;
using Kind = Pacer::Standing::Kind;

class PacerTest : public testing::Test {
 protected:
  // Sends one request after the other, as early as it may, until `to`; the sum of what they consumed.
  double consume(Pacer::Table table, double from, double to, const Consumed& each) {
    double units = 0;
    base::SteadyTime now = at(from);
    while (true) {
      const auto departure = pacer.next_departure(table, 0, now);
      now = std::max(now, departure.at);
      if (now >= at(to)) return units;
      const double taken = pacer.depart(table, 0, now);
      pacer.answered(table, 0, taken, each, now);
      units += each.units;
    }
  }
  bool may_leave(Pacer::Table table, Pacer::Range range, double now) {
    return pacer.next_departure(table, range, at(now)).at <= at(now);
  }
  // Requests of `range` that get through, for a second, so that there is a throughput.
  void let_through(Pacer::Table table, Pacer::Range range, double from) {
    for (int i = 0; i < 100; ++i) {
      const auto now = at(from + 0.01 * i);
      pacer.answered(table, range, pacer.depart(table, range, now), {.units = 1}, now);
    }
  }
  void refuse(Pacer::Table table, Pacer::Range range, double now, const Refusal& refusal) {
    pacer.refused(table, range, pacer.depart(table, range, at(now)), refusal, at(now));
  }

  Pacer pacer{"WCU", 1};
};

TEST_F(PacerTest, WithoutARateNothingWaits) {
  const auto table = pacer.add_table({.name = "T", .units = 5}, at(0));
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(may_leave(table, 0, 0));
    pacer.depart(table, 0, at(0));
  }
  EXPECT_EQ(pacer.standing(at(0)).kind, Kind::free);
}

TEST_F(PacerTest, AGivenRateHoldsWhateverTheRequestsCost) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  pacer.set_rate({.kind = GivenRate::Kind::units, .value = 250}, at(0));
  EXPECT_NEAR(consume(table, 0, 40, {.units = 17.5}), 250 * 40, 250 * 0.1 + 20);
  const auto standing = pacer.standing(at(40));
  EXPECT_EQ(standing.kind, Kind::given);
  EXPECT_EQ(standing.reason, "table T: at the rate that was given, 250 WCU/s");
}

TEST_F(PacerTest, AShareIsOfEachTablesOwnCapacity) {
  pacer.set_rate({.kind = GivenRate::Kind::share, .value = 0.5}, at(0));
  const auto small = pacer.add_table({.name = "small", .units = 10}, at(0));
  const auto large = pacer.add_table({.name = "large", .units = 1'000}, at(0));
  EXPECT_NEAR(consume(small, 0, 100, {.units = 1}), 500, 3);
  EXPECT_NEAR(consume(large, 0, 100, {.units = 1}), 50'000, 100);
}

TEST_F(PacerTest, AShareHoldsForEachIndexByItself) {
  pacer.set_rate({.kind = GivenRate::Kind::share, .value = 0.5}, at(0));
  const auto table = pacer.add_table({.name = "T", .units = 1'000, .indexes = {{"narrow", 40}}}, at(0));
  // Each write costs 1 in the table and 2 in the index, which takes 20 a second for a share of a half.
  EXPECT_NEAR(consume(table, 0, 100, {.units = 3, .indexes = {{"narrow", 2}}}), 3 * 1'000, 30);
  EXPECT_EQ(pacer.standing(at(100)).reason, "index narrow of table T: at the rate that was given, 20 WCU/s");
}

TEST_F(PacerTest, ARateMayBeTakenAway) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  pacer.set_rate({.kind = GivenRate::Kind::units, .value = 1}, at(0));
  consume(table, 0, 2, {.units = 3});
  ASSERT_FALSE(may_leave(table, 0, 2));
  pacer.set_rate({}, at(2));
  EXPECT_TRUE(may_leave(table, 0, 2));
}

TEST_F(PacerTest, AHotKeyRangeIsSlowedAloneAndNamed) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  let_through(table, 7, 0);
  refuse(table, 7, 1, {.scope = Scope::key_range});
  EXPECT_FALSE(may_leave(table, 7, 1));
  EXPECT_FALSE(pacer.next_departure(table, 7, at(1)).whole_table);
  EXPECT_EQ(pacer.standing(at(1)).kind, Kind::refused);
  EXPECT_EQ(pacer.standing(at(1)).reason,
            "a key range of table T refuses more than about 70 WCU/s; the other ranges go on");
  EXPECT_TRUE(may_leave(table, 8, 1));
}

TEST_F(PacerTest, ATableThatRefusesIsSlowedInAllRangesAndOtherTablesAreNot) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  const auto other = pacer.add_table({.name = "U"}, at(0));
  let_through(table, 7, 0);
  refuse(table, 7, 1, {.scope = Scope::table});
  EXPECT_FALSE(may_leave(table, 8, 1));
  EXPECT_TRUE(pacer.next_departure(table, 8, at(1)).whole_table);
  EXPECT_TRUE(may_leave(other, 0, 1));
}

TEST_F(PacerTest, AnAccountsQuotaSlowsAllTables) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  const auto other = pacer.add_table({.name = "U"}, at(0));
  let_through(table, 7, 0);
  refuse(table, 7, 1, {.scope = Scope::account});
  EXPECT_FALSE(may_leave(table, 0, 1));
  EXPECT_FALSE(may_leave(other, 0, 1));
  EXPECT_EQ(pacer.standing(at(1)).reason, "the account's quota refuses more than about 70 WCU/s");
}

TEST_F(PacerTest, AnIndexThatRefusesSlowsItsTableAndIsNamed) {
  const auto table = pacer.add_table({.name = "T", .indexes = {{"a", 0}, {"b", 200}}}, at(0));
  let_through(table, 7, 0);
  refuse(table, 7, 1, {.scope = Scope::index, .index = "b"});
  EXPECT_FALSE(may_leave(table, 0, 1));
  EXPECT_EQ(pacer.standing(at(1)).reason, "index b of table T refuses more than about 70 WCU/s");
}

TEST_F(PacerTest, AnIndexThatNobodyKnowsSlowsTheTable) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  let_through(table, 0, 0);
  refuse(table, 0, 1, {.scope = Scope::index, .index = "new"});
  EXPECT_FALSE(may_leave(table, 0, 1));
}

TEST_F(PacerTest, ARefusedRequestGivesBackWhatItTook) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  pacer.set_rate({.kind = GivenRate::Kind::units, .value = 100}, at(0));
  for (int i = 0; i < 9; ++i) pacer.ended(table, 0, pacer.depart(table, 0, at(0)), at(0));
  EXPECT_TRUE(may_leave(table, 0, 0));
  EXPECT_EQ(pacer.under_way(), 0);
}

TEST_F(PacerTest, TriesThatAreRefusedAreNoMoreThanTheRateThatWasFoundOut) {
  for (const auto scope : {Scope::table, Scope::key_range, Scope::account}) {
    const auto table = pacer.add_table({.name = "T"}, at(0));
    let_through(table, 7, 0);
    int tries = 0;
    for (int ms = 1'000; ms < 3'000; ++ms) {
      for (; may_leave(table, 7, 0.001 * ms); ++tries) {
        ASSERT_LT(tries, 1'000);
        refuse(table, 7, 0.001 * ms, {.scope = scope});
      }
    }
    EXPECT_LT(tries, 2 * 70) << static_cast<int>(scope);  // 100 a second got through, of which 70 are tried again
    EXPECT_GT(tries, 2);
  }
}

TEST_F(PacerTest, WhatIsUnderWayIsEstimatedByWhatCameBefore) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  for (int i = 0; i < 200; ++i) pacer.answered(table, 0, pacer.depart(table, 0, at(0)), {.units = 12}, at(0));
  pacer.depart(table, 0, at(0));
  EXPECT_NEAR(pacer.under_way(), 12, 0.5);
}

TEST_F(PacerTest, AHotRangeThatHasCooledDownIsFoundOut) {
  const auto table = pacer.add_table({.name = "T"}, at(0));
  let_through(table, 0, 0);
  refuse(table, 0, 1, {.scope = Scope::key_range});
  ASSERT_FALSE(may_leave(table, 0, 1));
  EXPECT_LT(consume(table, 1, 2, {.units = 1}), 100);
  consume(table, 2, 30, {.units = 1});
  EXPECT_GT(consume(table, 30, 40, {.units = 1}), 10'000);
}

TEST_F(PacerTest, AKeyRangeIsFoundFreeAgainSoonerThanATable) {
  const auto with_hot_range = pacer.add_table({.name = "A"}, at(0));
  const auto refusing = pacer.add_table({.name = "B"}, at(0));
  for (const auto table : {with_hot_range, refusing}) let_through(table, 0, 0);
  refuse(with_hot_range, 0, 1, {.scope = Scope::key_range});
  refuse(refusing, 0, 1, {.scope = Scope::table});
  EXPECT_GT(consume(with_hot_range, 1, 11, {.units = 1}), 2 * consume(refusing, 1, 11, {.units = 1}));
}

TEST_F(PacerTest, AKeyRangeIsCutFromItsOwnThroughputAndNotItsTables) {
  const auto table = pacer.add_table({.name = "T", .units = 10'000}, at(0));
  for (Pacer::Range range = 0; range < 10; ++range) let_through(table, range, 0);
  refuse(table, 3, 1, {.scope = Scope::key_range});
  ASSERT_FALSE(may_leave(table, 3, 1));
  EXPECT_EQ(pacer.standing(at(1)).reason,
            "a key range of table T refuses more than about 70 WCU/s; the other ranges go on");
}

TEST_F(PacerTest, WhatATableIsKnownToTakeIsBegunWithWhereNothingGotThrough) {
  const auto table = pacer.add_table({.name = "T", .units = 1'000}, at(0));
  refuse(table, 0, 0, {.scope = Scope::table});
  const double first_second = consume(table, 0, 1, {.units = 1});
  EXPECT_GT(first_second, 100);
  EXPECT_LT(first_second, 600);
}

}  // namespace
}  // namespace drift::pace
