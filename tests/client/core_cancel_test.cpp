// Calls that their stop_token ends: while they wait, while they are under way, and before they begin.
#include "client/core_fixture.hpp"

#include <stop_token>

namespace drift::testing {
namespace {

class CoreCancel : public CoreFixture {
 protected:
  client::CallOptions stoppable() { return {.attempts_max = -1, .stop = stop_.get_token()}; }
  std::stop_source stop_;
};

TEST_F(CoreCancel, BeforeItBeginsNothingIsSent) {
  stop_.request_stop();
  const auto result = call("UpdateItem", update_request, stoppable());
  EXPECT_EQ(result.error->code(), "Cancelled");
  EXPECT_FALSE(result.error->in_doubt());
  EXPECT_EQ(requests(), 0U);
}

TEST_F(CoreCancel, AWaitEndsAtOnce) {
  settings_.retry.base = std::chrono::hours(1);
  settings_.retry.cap = std::chrono::hours(1);
  script(refused("ThrottlingException"));
  const auto started = start("UpdateItem", update_request, stoppable());
  loop_.run_posted();
  ASSERT_EQ(loop_.timers(), 1U);
  stop_.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_EQ(started->error().code(), "Cancelled");
  EXPECT_FALSE(started->error().in_doubt()) << "throttled: certainly not executed";
  EXPECT_TRUE(started->error().retryable());
  EXPECT_EQ(started->result->throttled, 1U);
  EXPECT_EQ(loop_.timers(), 0U);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(CoreCancel, AWriteUnderWayIsInDoubt) {
  transport_->hold();
  const auto started = start("UpdateItem", update_request, stoppable());
  loop_.run_posted();
  stop_.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_EQ(started->error().code(), "AnswerLost");
  EXPECT_TRUE(started->error().in_doubt());
  EXPECT_EQ(requests(), 1U);
}

TEST_F(CoreCancel, AReadUnderWayIsJustCancelled) {
  transport_->hold();
  const auto started = start("GetItem", update_request, stoppable());
  loop_.run_posted();
  stop_.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_EQ(started->error().code(), "Cancelled");
  EXPECT_FALSE(started->error().in_doubt());
}

TEST_F(CoreCancel, AnAnswerThatIsThereCounts) {
  script(ok("{}"));
  const auto started = start("UpdateItem", update_request, stoppable());
  loop_.run_posted();
  stop_.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_FALSE(started->result->error);
}

TEST_F(CoreCancel, ATransactionWithATokenStaysInDoubt) {
  settings_.retry.base = std::chrono::hours(1);
  settings_.retry.cap = std::chrono::hours(1);
  script(lost());
  const client::Operation transaction("TransactWriteItems", client::Repeat::with_token);
  const auto started = start(transaction, update_request, stoppable());
  loop_.run_posted();
  stop_.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_EQ(started->error().code(), "AnswerLost");
  EXPECT_TRUE(started->error().in_doubt());
}

}  // namespace
}  // namespace drift::testing
