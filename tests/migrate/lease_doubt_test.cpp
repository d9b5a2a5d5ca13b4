// Requests of a lease whose answers are lost, and requests that the network delivers late: the lease is whose its row
// says, and nobody is wrong about it.
#include "migrate/lease_machine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {
namespace {

using testing::error_of;
using testing::Machine;
using namespace std::chrono_literals;

class LeaseDoubt : public testing::LeaseFixture {
 protected:
  void SetUp() override {
    LeaseFixture::SetUp();
    if (HasFatalFailure()) return;
    alpha_ = std::make_unique<Machine>(*client_, run_table(), "alpha");
    owner_ = &alpha_->start_process();
  }
  void TearDown() override {
    alpha_.reset();
    LeaseFixture::TearDown();
  }

  // The next `count` updates are executed, and their answers lost.
  void lose_answers(int count) {
    alpha_->fault = [this, left = count](std::string_view operation, const wire::Request& request) mutable {
      std::optional<wire::Answer> answer;
      if (operation != "UpdateItem" || left == 0) return answer;
      --left;
      deliver(request.body);
      answer = testing::lost();
      return answer;
    };
  }
  // The next `count` updates are kept back; the client believes them lost.
  void delay_updates(int count) {
    alpha_->fault = [this, left = count](std::string_view operation, const wire::Request& request) mutable {
      std::optional<wire::Answer> answer;
      if (operation != "UpdateItem" || left == 0) return answer;
      --left;
      delayed_.push_back(request.body);
      answer = testing::lost();
      return answer;
    };
  }
  // The error that the server answers with; "none": executed.
  std::string deliver(const std::string& body) {
    return error_of([&] { client_->call("UpdateItem", body); }).code();
  }
  // Delivers all that was kept back, and expects that nothing is executed.
  void expect_delayed_are_refused() {
    ASSERT_FALSE(delayed_.empty());
    for (const std::string& body : delayed_) EXPECT_EQ(deliver(body), "ConditionalCheckFailedException") << body;
  }

  std::unique_ptr<Machine> alpha_;
  LeaseHolder* owner_ = nullptr;
  std::vector<std::string> delayed_;
};

TEST_F(LeaseDoubt, ATakingWhoseAnswerIsLostIsFoundByReading) {
  lose_answers(1);
  ASSERT_TRUE(alpha_->take(*owner_, number));
  EXPECT_EQ(owner_->token(), 1U);
  EXPECT_TRUE(owner_->may_send());
  alpha_->work(6s);
  EXPECT_TRUE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
}

TEST_F(LeaseDoubt, ATakingThatWasNotExecutedIsMadeAgain) {
  delay_updates(1);
  ASSERT_TRUE(alpha_->take(*owner_, number));
  EXPECT_EQ(owner_->token(), 1U);
  expect_delayed_are_refused();
  EXPECT_TRUE(owner_->may_send());
}

TEST_F(LeaseDoubt, ATakingThatArrivesBetweenLookAndNextAttemptIsTheSameOwners) {
  int updates = 0;
  std::string first;
  alpha_->fault = [&](std::string_view operation, const wire::Request& request) {
    std::optional<wire::Answer> answer;
    if (operation != "UpdateItem" || ++updates > 2) return answer;
    if (updates == 1) {
      first = request.body;
      answer = testing::lost();
    } else {
      EXPECT_EQ(deliver(first), "none");
    }
    return answer;
  };
  ASSERT_TRUE(alpha_->take(*owner_, number));
  EXPECT_EQ(owner_->token(), 1U);
  alpha_->work(6s);
  EXPECT_TRUE(owner_->may_send());
}

TEST_F(LeaseDoubt, ATakingThatIsLostForEverIsAnErrorInDoubt) {
  delay_updates(1'000);
  const Error error = error_of([&] { (void)alpha_->take(*owner_, number); });
  EXPECT_TRUE(error.in_doubt()) << error.what();
  EXPECT_EQ(owner_->token(), 0U);
  EXPECT_FALSE(owner_->may_send());
}

// Of a process that gave up: what arrives after it makes a lease that nobody renews, so that it ends by itself.
TEST_F(LeaseDoubt, ATakingThatArrivesAfterItsProcessEndedIsTakenOver) {
  delay_updates(3);
  (void)error_of([&] { (void)alpha_->take(*owner_, number); });
  EXPECT_EQ(deliver(delayed_[1]), "none");
  EXPECT_EQ(deliver(delayed_[0]), "ConditionalCheckFailedException");
  Machine beta(*client_, run_table(), "beta");
  LeaseHolder& next = beta.start_process();
  ASSERT_TRUE(beta.take(next, number, 60s));
  EXPECT_EQ(next.token(), 2U);
  EXPECT_EQ(deliver(delayed_[2]), "ConditionalCheckFailedException");
}

TEST_F(LeaseDoubt, RenewalsWhoseAnswersAreLostKeepTheLeaseAndExtendNothing) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  lose_answers(6);
  alpha_->work(9'500ms);
  EXPECT_TRUE(owner_->may_send());
  EXPECT_GE(row().beat, 3U);
  alpha_->work(700ms);
  EXPECT_FALSE(owner_->may_send());  // none was known to have succeeded for 10 s
  alpha_->work(2s);
  EXPECT_TRUE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
}

TEST_F(LeaseDoubt, ALateRenewalChangesNothing) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  delay_updates(2);
  alpha_->work(12s);
  const std::uint64_t beat = row().beat;
  EXPECT_GE(beat, 3U);
  expect_delayed_are_refused();
  EXPECT_EQ(row().beat, beat);
}

TEST_F(LeaseDoubt, ALateRenewalDoesNotTakeBackWhatWasGivenBack) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  delay_updates(1);
  alpha_->work(5'100ms);
  alpha_->release(*owner_);
  ASSERT_TRUE(row().lease.released);
  expect_delayed_are_refused();
  EXPECT_TRUE(row().lease.released);
}

TEST_F(LeaseDoubt, GivingBackIsRepeatedWhenItsAnswerIsLost) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  delay_updates(1);
  alpha_->release(*owner_);
  EXPECT_TRUE(row().lease.released);
}

TEST_F(LeaseDoubt, ALateGivingBackDoesNotHarmTheNextOwner) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  delay_updates(1);
  alpha_->release(*owner_);
  LeaseHolder& next = alpha_->start_process();
  ASSERT_TRUE(alpha_->take(next, number));
  expect_delayed_are_refused();
  EXPECT_FALSE(row().lease.released);
  EXPECT_EQ(next.token(), 2U);
}

TEST_F(LeaseDoubt, WhoCannotGiveItBackDoesNotWaitForLong) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->set_latency(15s);
  const auto begun = alpha_->clock().boot();
  alpha_->release(*owner_);
  EXPECT_LT(alpha_->clock().boot() - begun, 2s);
  EXPECT_FALSE(owner_->may_send());
}

// Giving back while a renewal is under way: the renewal is given up first, and its late answer is nobody's.
TEST_F(LeaseDoubt, GivingBackWaitsForTheRenewalUnderWay) {
  ASSERT_TRUE(alpha_->take(*owner_, number));
  alpha_->set_latency(500ms);
  alpha_->work(5'100ms);
  alpha_->release(*owner_);
  EXPECT_TRUE(row().lease.released);
  EXPECT_FALSE(owner_->may_send());
  alpha_->work(60s);
  EXPECT_FALSE(owner_->may_send());
  EXPECT_TRUE(alpha_->losses.empty());
}

}  // namespace
}  // namespace drift::migrate
