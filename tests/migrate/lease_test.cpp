// The lease on the real server: who gets it, who keeps it, what its token is good for.
#include "migrate/lease_fixture.hpp"
#include "migrate/leases.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace drift::migrate {
namespace {

using testing::error_of;
using namespace std::chrono_literals;

class LeaseTest : public testing::LeaseFixture {};

TEST_F(LeaseTest, IsTakenNamedAndGivenBack) {
  const auto holder = this->holder("alpha");
  ASSERT_TRUE(take(*holder));
  EXPECT_EQ(holder->token(), 1U);
  EXPECT_TRUE(holder->may_send());
  const Lease held = row().lease;
  EXPECT_EQ(held.number, number);
  EXPECT_EQ(held.host, "alpha");
  EXPECT_EQ(held.user, "maria");
  EXPECT_EQ(held.pid, 4'711U);
  EXPECT_EQ(held.run_id, "run-1");
  EXPECT_FALSE(held.since.empty());
  EXPECT_FALSE(held.released);
  holder->release();
  EXPECT_FALSE(holder->may_send());
  EXPECT_TRUE(row().lease.released);
  EXPECT_EQ(row().lease.token, 1U);
}

TEST_F(LeaseTest, TheTokenGrowsWithEachOwner) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto holder = this->holder("alpha");
    ASSERT_TRUE(take(*holder));
    EXPECT_EQ(holder->token(), i);
  }
}

TEST_F(LeaseTest, OtherMigrationsHaveLeasesOfTheirOwn) {
  const auto one = holder("alpha");
  const auto other = holder("beta");
  ASSERT_TRUE(take(*one));
  EXPECT_TRUE(other->acquire(number + 1, "run-2", 0ms, {}, {}));
  const auto held = leases(*client_, run_table());
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].number, number);
  EXPECT_EQ(held[1].host, "beta");
  other->release();
  EXPECT_EQ(leases(*client_, run_table()).size(), 1U);
}

TEST_F(LeaseTest, WhoIsLockedOutIsToldByWhomAndWhatToDo) {
  const auto owner = holder("alpha");
  ASSERT_TRUE(take(*owner));
  const auto late = holder("beta");
  const Error error = error_of([&] { (void)take(*late); });
  EXPECT_EQ(error.code(), "Locked");
  for (const char* part : {"migration 7", "maria on alpha", "pid 4711", "run run-1", "since 20"}) {
    EXPECT_NE(error.message().find(part), std::string::npos) << part << " is not in: " << error.message();
  }
  EXPECT_NE(error.next_step().find("Migrator::unlock(7, 1)"), std::string::npos) << error.next_step();
  EXPECT_EQ(late->token(), 0U);
  EXPECT_FALSE(late->may_send());
}

TEST_F(LeaseTest, WhoWaitsGetsItWhenItIsGivenBack) {
  const auto owner = holder("alpha");
  ASSERT_TRUE(take(*owner));
  const auto late = holder("beta");
  std::jthread waiter([&] { EXPECT_TRUE(take(*late, 10s)); });
  owner->release();
  waiter.join();
  EXPECT_EQ(late->token(), 2U);
  EXPECT_EQ(row().lease.host, "beta");
}

TEST_F(LeaseTest, AStopEndsTheWaiting) {
  const auto owner = holder("alpha");
  ASSERT_TRUE(take(*owner));
  const auto late = holder("beta");
  std::stop_source stop;
  std::jthread waiter([&] { EXPECT_FALSE(late->acquire(number, "run-2", 1h, stop.get_token(), {})); });
  stop.request_stop();
}

TEST_F(LeaseTest, OfManyThatContendOneAtATimeHasIt) {
  constexpr std::size_t threads = 8;
  constexpr std::size_t rounds = 5;
  std::atomic<int> inside = 0;
  std::atomic<std::size_t> entered = 0;
  std::vector<std::uint64_t> tokens(threads * rounds);
  {
    std::vector<std::jthread> contenders;
    contenders.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      contenders.emplace_back([&, i] {
        for (std::size_t round = 0; round < rounds; ++round) {
          LeaseHolder mine(*client_, run_table(), stranger("host-" + std::to_string(i)), times);
          ASSERT_TRUE(take(mine, 60s));
          EXPECT_EQ(++inside, 1);
          tokens.at(entered++) = mine.token();
          --inside;
        }
      });
    }
  }
  EXPECT_EQ(entered, threads * rounds);
  for (std::size_t i = 0; i < tokens.size(); ++i) EXPECT_EQ(tokens[i], i + 1);
}

}  // namespace
}  // namespace drift::migrate
