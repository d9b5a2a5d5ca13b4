// Leases in time, each machine with a clock of its own: expiry, taking over, sleeping and waking, a network that fails.
#include "migrate/lease_machine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace drift::migrate {
namespace {

using testing::error_of;
using testing::Machine;
using namespace std::chrono_literals;

class LeaseTime : public testing::LeaseFixture {
 protected:
  void SetUp() override {
    LeaseFixture::SetUp();
    if (HasFatalFailure()) return;
    alpha_ = std::make_unique<Machine>(*client_, run_table(), "alpha");
    beta_ = std::make_unique<Machine>(*client_, run_table(), "beta");
    owner_ = &alpha_->start_process();
    waiter_ = &beta_->start_process();
  }
  void TearDown() override {
    beta_.reset();
    alpha_.reset();
    LeaseFixture::TearDown();
  }
  bool transacts(const LeaseHolder& holder) {
    const TransactAction put{.table = meta_table(), .item = {{"Number", 99}}};
    try {
      transact_under_lease(*client_, {put}, holder.check());
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "LeaseLost") << error.what();
      return false;
    }
  }

  std::unique_ptr<Machine> alpha_;
  std::unique_ptr<Machine> beta_;
  LeaseHolder* owner_ = nullptr;
  LeaseHolder* waiter_ = nullptr;
};

TEST_F(LeaseTime, IsTakenOverWhenItsOwnerHasNotBeenSeenForALease) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  const auto begun = beta_->clock().boot();
  ASSERT_TRUE(beta_->take(*waiter_, number, 60s));
  EXPECT_GE(beta_->clock().boot() - begun, 30s);
  EXPECT_LT(beta_->clock().boot() - begun, 32s);
  EXPECT_EQ(waiter_->token(), 2U);
  EXPECT_TRUE(transacts(*waiter_));
  EXPECT_FALSE(transacts(*owner_));
}

TEST_F(LeaseTime, WaitingForALeaseIsEnoughToTakeOver) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  EXPECT_TRUE(beta_->take(*waiter_, number, 30s));
}

TEST_F(LeaseTime, WaitingForLessSaysSinceWhenNothingWasSeen) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  const Error error = error_of([&] { beta_->take(*waiter_, number, 20s); });
  EXPECT_EQ(error.code(), "Locked");
  EXPECT_NE(error.message().find("not in the 20 s that this waited"), std::string::npos) << error.message();
  EXPECT_NE(error.next_step().find("A lease without a sign of life for 30 s"), std::string::npos) << error.next_step();
}

TEST_F(LeaseTime, IsNotTakenOverWhileItIsRenewed) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  LeaseHolder& neighbour = alpha_->start_process();  // the same clock moves both
  const Error error = error_of([&] { alpha_->take(neighbour, number, 2min); });
  EXPECT_EQ(error.code(), "Locked");
  EXPECT_NE(error.message().find("that process is alive"), std::string::npos) << error.message();
  EXPECT_TRUE(owner_->may_send());
  EXPECT_EQ(row().lease.token, 1U);
  EXPECT_TRUE(alpha_->losses.empty());
}

// The row is no longer as it was seen when the taking arrives.
TEST_F(LeaseTime, ARenewalBetweenTheLastLookAndTheTakingKeepsTheLease) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  int takings = 0;
  beta_->fault = [&](std::string_view operation, const wire::Request&) {
    if (operation == "UpdateItem" && takings++ == 0) alpha_->work(6s);
    return std::optional<wire::Answer>();
  };
  EXPECT_EQ(error_of([&] { beta_->take(*waiter_, number, 40s); }).code(), "Locked");
  EXPECT_EQ(takings, 1);
  EXPECT_EQ(row().lease.host, "alpha");
  EXPECT_TRUE(owner_->may_send());
}

TEST_F(LeaseTime, TheClocksOfTwoMachinesAreNeverCompared) {
  beta_->clock().set_system(alpha_->clock().system() + 24h);
  beta_->suspend(240h);
  ASSERT_TRUE(alpha_->take(*owner_, number));
  EXPECT_EQ(error_of([&] { beta_->take(*waiter_, number, 29s); }).code(), "Locked");
}

TEST_F(LeaseTime, ASleeperSendsNothingWhenItWakesAndIsToldWhoHasItsLease) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  ASSERT_TRUE(beta_->take(*waiter_, number, 60s));
  EXPECT_TRUE(owner_->may_send());  // it stands still, and cannot know
  alpha_->suspend(30s);
  EXPECT_FALSE(owner_->may_send());
  EXPECT_FALSE(transacts(*owner_));
  EXPECT_TRUE(alpha_->losses.empty());
  alpha_->work(6s);
  ASSERT_EQ(alpha_->losses.size(), 1U);
  const Error& loss = alpha_->losses.front();
  EXPECT_EQ(loss.code(), "LeaseLost");
  EXPECT_NE(loss.message().find("taken by maria on beta"), std::string::npos) << loss.message();
  alpha_->work(10min);
  EXPECT_EQ(alpha_->losses.size(), 1U);
  alpha_->release(*owner_);
  EXPECT_EQ(row().lease.host, "beta");
  EXPECT_FALSE(row().lease.released);
  EXPECT_TRUE(transacts(*waiter_));
}

TEST_F(LeaseTime, ASleeperWhoseLeaseNobodyTookGoesOn) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->suspend(10h);
  EXPECT_FALSE(owner_->may_send());
  alpha_->work(6s);
  EXPECT_TRUE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
  EXPECT_TRUE(transacts(*owner_));
}

// A request time-out of 20 s of a lease of 30 s leaves 10 s, from when the last successful renewal was sent.
TEST_F(LeaseTime, SendingEndsBeforeTheLeaseDoes) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->work(5s);  // renewed
  alpha_->fault = [](std::string_view, const wire::Request&) { return testing::lost(); };
  alpha_->work(9'900ms);
  EXPECT_TRUE(owner_->may_send());
  alpha_->work(200ms);
  EXPECT_FALSE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
  alpha_->fault = {};
  alpha_->work(2s);
  EXPECT_TRUE(owner_->may_send());
}

TEST_F(LeaseTime, TheLeaseCountsFromWhenARenewalWasSent) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->set_latency(8s);
  alpha_->work(5s);  // a renewal is sent
  alpha_->work(8s);  // and answered
  EXPECT_TRUE(owner_->may_send());
  alpha_->work(2'100ms);
  EXPECT_FALSE(owner_->may_send());
  alpha_->work(6s);  // the next one, which was sent as soon as that one was answered
  EXPECT_TRUE(owner_->may_send());
}

TEST_F(LeaseTime, ARenewalThatIsNotAnsweredIsGivenUpForAnotherOne) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->set_latency(15s);
  alpha_->work(5s);
  alpha_->set_latency(0s);
  alpha_->work(11'500ms);  // 10 s until it is given up, 1 s until the next
  EXPECT_TRUE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
}

TEST_F(LeaseTime, WhoCannotRenewForALeaseIsToldWhy) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->fault = [](std::string_view, const wire::Request&) {
    return testing::refused("AccessDeniedException", "no");
  };
  alpha_->work(34s);
  EXPECT_TRUE(alpha_->losses.empty());
  alpha_->work(3s);
  ASSERT_EQ(alpha_->losses.size(), 1U);
  EXPECT_EQ(alpha_->losses.front().code(), "LeaseLost");
  EXPECT_NE(alpha_->losses.front().message().find("could not be renewed"), std::string::npos);
  EXPECT_FALSE(owner_->may_send());
}

TEST_F(LeaseTime, TheRunIsNamedWithTheNextRenewal) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  owner_->name_run("run-2");
  alpha_->work(6s);
  EXPECT_EQ(row().lease.run_id, "run-2");
}

TEST_F(LeaseTime, AnOwnerWhoseLeaseWasUnlockedIsTold) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  beta_->unlock(number, 1);
  EXPECT_TRUE(row().lease.released);
  alpha_->work(6s);
  ASSERT_EQ(alpha_->losses.size(), 1U);
  EXPECT_NE(alpha_->losses.front().message().find("unlock"), std::string::npos);
  EXPECT_FALSE(transacts(*owner_));
}

}  // namespace
}  // namespace drift::migrate
