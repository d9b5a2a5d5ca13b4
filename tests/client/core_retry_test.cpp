// The retry loop: what is sent again, when, and what never is.
#include "client/core_fixture.hpp"

#include <optional>
#include <random>

namespace drift::testing {
namespace {

using Kind = wire::Failure::Kind;

class CoreRetry : public CoreFixture {};

TEST_F(CoreRetry, AnAnswerEndsTheCall) {
  script(ok(R"({"Item":{"id":{"N":"7"}}})"));
  const auto result = call("GetItem");
  EXPECT_EQ(result.body, R"({"Item":{"id":{"N":"7"}}})");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.attempts, 1U);
  EXPECT_EQ(result.throttled, 0U);
}

TEST_F(CoreRetry, ThrottledWritesAreSentAgainAndCounted) {
  script(refused("ProvisionedThroughputExceededException"), 3);
  script(ok("{}"));
  const auto result = call("UpdateItem");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.attempts, 4U);
  EXPECT_EQ(result.throttled, 3U);
  EXPECT_EQ(requests(), 4U);
}

TEST_F(CoreRetry, ThrottlingIsGivenBackToWhoAskedForIt) {
  script(refused("ProvisionedThroughputExceededException", "", 400, R"(,"ThrottlingReasons":[])"));
  const auto result = call("UpdateItem", update_request, {.attempts_max = -1, .gives_back_throttling = true});
  EXPECT_EQ(requests(), 1U);
  EXPECT_TRUE(result.given_back);
  EXPECT_EQ(result.throttled, 1U);
  ASSERT_TRUE(result.error);
  EXPECT_FALSE(result.error->in_doubt());
  EXPECT_NE(result.error_body.find("ThrottlingReasons"), std::string::npos);
}

TEST_F(CoreRetry, WhatIsNoThrottlingIsNotGivenBack) {
  script(refused("TransactionConflictException"));
  script(ok("{}"));
  const auto result = call("UpdateItem", update_request, {.attempts_max = -1, .gives_back_throttling = true});
  EXPECT_FALSE(result.given_back);
  EXPECT_EQ(requests(), 2U);
}

TEST_F(CoreRetry, EveryAttemptIsTheSameRequest) {
  script(refused("ThrottlingException"), 2);
  call("UpdateItem");
  for (const wire::Request& request : transport_->requests()) {
    EXPECT_EQ(request.body, update_request);
    EXPECT_EQ(operation_name(request), "UpdateItem");
    EXPECT_EQ(request.method, "POST");
  }
}

TEST_F(CoreRetry, ConflictsAreSentAgain) {
  script(refused("TransactionConflictException"));
  script(
      refused("TransactionCanceledException", "", 400, R"(,"CancellationReasons":[{"Code":"TransactionConflict"}])"));
  const auto result = call("UpdateItem");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(result.throttled, 0U);
}

TEST_F(CoreRetry, RefusalsAreNotRepeated) {
  for (const char* code : {"ValidationException", "ConditionalCheckFailedException", "AccessDeniedException",
                           "TransactionCanceledException", "IdempotentParameterMismatchException"}) {
    const std::size_t before = requests();
    script(refused(code, "no", 400, R"(,"Item":{"id":{"N":"7"}})"));
    const auto result = call("PutItem");
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), code);
    EXPECT_FALSE(result.error->retryable());
    EXPECT_FALSE(result.error->in_doubt());
    EXPECT_NE(result.error_body.find(R"("Item":{"id")"), std::string::npos);
    EXPECT_EQ(requests(), before + 1) << code;
  }
}

// All ways in which the answer to a request that was sent can fail to come.
std::vector<std::pair<std::string, wire::Answer>> doubtful_answers() {
  wire::Response damaged = ok(R"({"Attributes":{}})");
  damaged.body.back() = '?';
  const auto broken = [](Kind kind) {
    return wire::Failure{.kind = kind, .maybe_executed = true, .message = "broken"};
  };
  return {{"lost", broken(Kind::lost)},
          {"timed out", broken(Kind::timeout)},
          {"malformed", broken(Kind::malformed)},
          {"damaged", damaged},
          {"500", refused("InternalServerError", "internal", 500)},
          {"503", refused("ServiceUnavailable", "later", 503)},
          {"gateway", wire::Response{.status = 504, .body = "<html>"}}};
}

TEST_F(CoreRetry, AWriteInDoubtIsNeverSentAgain) {
  for (const char* operation : {"UpdateItem", "PutItem", "DeleteItem", "BatchWriteItem", "ExecuteStatement",
                                "CreateTable", "TransactWriteItems", "SomethingNew"}) {
    for (const auto& [name, answer] : doubtful_answers()) {
      const std::size_t before = requests();
      script(answer);
      const auto result = call(operation);
      ASSERT_TRUE(result.error) << operation << ", " << name;
      EXPECT_TRUE(result.error->in_doubt()) << operation << ", " << name;
      EXPECT_FALSE(result.error->retryable()) << operation << ", " << name;
      EXPECT_EQ(requests(), before + 1) << operation << ", " << name;
    }
  }
}

TEST_F(CoreRetry, AWriteInDoubtKeepsTheServersCode) {
  script(refused("InternalServerError", "internal", 500));
  EXPECT_EQ(call("UpdateItem").error->code(), "InternalServerError");
  script(lost());
  EXPECT_EQ(call("UpdateItem").error->code(), "AnswerLost");
}

TEST_F(CoreRetry, AReadIsAskedAgainAfterEveryDoubt) {
  for (const char* operation : {"GetItem", "Query", "Scan", "BatchGetItem", "DescribeTable", "ListTables"}) {
    for (const auto& [name, answer] : doubtful_answers()) {
      const std::size_t before = requests();
      script(answer);
      script(ok("{}"));
      EXPECT_FALSE(call(operation).error) << operation << ", " << name;
      EXPECT_EQ(requests(), before + 2) << operation << ", " << name;
    }
  }
}

TEST_F(CoreRetry, AnAnswerThatIsTooLargeIsNotAskedForAgain) {
  script(failure(Kind::too_large, true));
  const auto result = call("Scan");
  EXPECT_EQ(requests(), 1U);
  EXPECT_FALSE(result.error->retryable());
  EXPECT_FALSE(result.error->in_doubt());
}

TEST_F(CoreRetry, WhatWasNotSentIsSentAgainForEveryOperation) {
  EXPECT_FALSE(call("GetItem").error);  // the endpoint is known to be right
  for (const char* operation : {"UpdateItem", "TransactWriteItems", "GetItem"}) {
    const std::size_t before = requests();
    script(failure(Kind::connect, false));
    script(failure(Kind::resolve, false));
    script(failure(Kind::lost, false));
    EXPECT_FALSE(call(operation).error) << operation;
    EXPECT_EQ(requests(), before + 4) << operation;
  }
}

TEST_F(CoreRetry, WithoutAConnectionItEndsAfterAllAttempts) {
  settings_.retry.attempts_max = 5;
  EXPECT_FALSE(call("GetItem").error);
  script(failure(Kind::connect, false), 100);
  const auto result = call("UpdateItem");
  EXPECT_EQ(requests(), 1U + 5U);
  EXPECT_EQ(result.attempts, 5U);
  EXPECT_EQ(result.error->code(), "ConnectionFailed");
  EXPECT_TRUE(result.error->retryable());
  EXPECT_FALSE(result.error->in_doubt());
}

TEST_F(CoreRetry, AnEndpointThatHasNeverAnsweredIsNotTriedForLong) {
  for (const Kind kind : {Kind::connect, Kind::resolve}) {
    const std::size_t before = requests();
    script(failure(kind, false), 3);
    const auto result = call("UpdateItem", update_request, {.attempts_max = -1});
    EXPECT_EQ(result.error->code(), "ConnectionFailed");
    EXPECT_TRUE(result.error->retryable());
    EXPECT_EQ(requests(), before + 3);
  }
  script(failure(Kind::connect, false), 2);
  EXPECT_FALSE(call("UpdateItem").error);
}

TEST_F(CoreRetry, AFirstCallThatIsStoppedSaysSo) {
  script(failure(Kind::connect, false), 2);
  script(failure(Kind::cancelled, false));
  EXPECT_EQ(call("UpdateItem").error->code(), "Cancelled");
}

TEST_F(CoreRetry, ACertificateThatIsRefusedIsNotTriedForLong) {
  script(failure(Kind::tls, false), 100);
  EXPECT_EQ(call("UpdateItem", update_request, {.attempts_max = -1}).error->code(), "ConnectionFailed");
  EXPECT_EQ(requests(), 3U);
}

TEST_F(CoreRetry, AfterThrottlingAWriteInDoubtStillEnds) {
  script(refused("ThrottlingException"));
  script(lost());
  const auto result = call("UpdateItem");
  EXPECT_TRUE(result.error->in_doubt());
  EXPECT_EQ(requests(), 2U);
  EXPECT_EQ(result.throttled, 1U);
}

TEST_F(CoreRetry, ACallMayHaveItsOwnNumberOfAttempts) {
  script(refused("ThrottlingException"), 100);
  const auto result = call("UpdateItem", update_request, {.attempts_max = 2});
  EXPECT_EQ(requests(), 2U);
  EXPECT_EQ(result.error->code(), "ThrottlingException");
  EXPECT_TRUE(result.error->retryable());
  EXPECT_EQ(result.throttled, 2U);
}

TEST_F(CoreRetry, ANegativeNumberOfAttemptsWaitsOutThrottling) {
  script(refused("ThrottlingException"), 500);
  const auto result = call("UpdateItem", update_request, {.attempts_max = -1});
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.attempts, 501U);
}

TEST_F(CoreRetry, ANegativeNumberOfAttemptsDoesNotWaitForANetworkForEver) {
  settings_.retry.attempts_max = 5;
  EXPECT_FALSE(call("GetItem").error);
  script(failure(Kind::connect, false), 4);
  script(refused("ThrottlingException"));
  script(failure(Kind::connect, false), 100);
  const auto result = call("UpdateItem", update_request, {.attempts_max = -1});
  EXPECT_EQ(result.error->code(), "ConnectionFailed");
  EXPECT_EQ(requests(), 1U + 4U + 1U + 5U);
}

TEST_F(CoreRetry, WaitsGrowToTheCapAndNoFurther) {
  // Not their single lengths, which are random: the sum of 200 waits lies around the middle of what is allowed.
  settings_.random_seed = 7;
  script(refused("ThrottlingException"), 200);
  call("UpdateItem", update_request, {.attempts_max = -1});
  const auto bound = settings_.retry.cap * 200;
  EXPECT_GT(elapsed(), bound * 2 / 5);
  EXPECT_LT(elapsed(), bound * 3 / 5);
}

TEST_F(CoreRetry, NothingIsSentBeforeTheWaitIsOver) {
  settings_.retry.base = std::chrono::milliseconds(1'000);
  script(refused("ThrottlingException"));
  const auto started = start("UpdateItem");
  loop_.run_posted();
  EXPECT_EQ(requests(), 1U);
  ASSERT_EQ(loop_.timers(), 1U);
  loop_.advance(std::chrono::milliseconds(1'000));
  EXPECT_EQ(requests(), 2U);
  EXPECT_TRUE(started->done());
}

TEST_F(CoreRetry, CallsOfOneClientWaitDifferently) {
  script(refused("ThrottlingException"), 50);
  std::vector<std::shared_ptr<Started>> all;
  all.reserve(50);
  for (int i = 0; i < 50; ++i) all.push_back(start("UpdateItem"));
  loop_.run_posted();
  EXPECT_EQ(loop_.timers(), 50U);
  loop_.advance(settings_.retry.base / 2);
  // With full jitter about half of them have been sent again.
  EXPECT_GT(requests(), 60U);
  EXPECT_LT(requests(), 90U);
  loop_.run_all();
  for (const auto& started : all) EXPECT_TRUE(started->done());
}

TEST_F(CoreRetry, DoneNeverRunsBeforeStartReturns) {
  std::stop_source stopped;
  stopped.request_stop();
  const auto started = start("UpdateItem", update_request, {.stop = stopped.get_token()});
  EXPECT_FALSE(started->done());
  loop_.run_all();
  EXPECT_TRUE(started->done());
}

// There a call begins at once.
TEST_F(CoreRetry, DoneNeverRunsBeforeStartReturnsOnTheLoopEither) {
  std::stop_source stopped;
  stopped.request_stop();
  for (const std::stop_token& stop : {stopped.get_token(), std::stop_token()}) {
    std::optional<bool> was_done;
    loop_.post([&] { was_done = start("UpdateItem", update_request, {.stop = stop})->done(); });
    loop_.run_all();
    EXPECT_EQ(was_done, false);
  }
}

class CoreToken : public CoreFixture {
 protected:
  const client::Operation transaction_{"TransactWriteItems", client::Repeat::with_token};
};

TEST_F(CoreToken, AWriteWithATokenIsSentAgain) {
  for (const auto& [name, answer] : doubtful_answers()) {
    const std::size_t before = requests();
    script(answer);
    EXPECT_FALSE(call(transaction_).error) << name;
    EXPECT_EQ(requests(), before + 2) << name;
  }
}

TEST_F(CoreToken, ADoubtStaysUntilAnAnswerSaysThatItWasExecuted) {
  script(lost());
  script(failure(Kind::connect, false), 100);
  const auto error = *call(transaction_).error;
  EXPECT_EQ(error.code(), "ConnectionFailed");
  EXPECT_TRUE(error.in_doubt());
  EXPECT_FALSE(error.retryable());
}

TEST_F(CoreToken, TheTokenIsNotTrustedForLong) {
  settings_.retry.cap = std::chrono::minutes(2);
  settings_.retry.base = std::chrono::minutes(2);
  script(lost(), 100);
  const auto result = call(transaction_, update_request, {.attempts_max = -1});
  EXPECT_TRUE(result.error->in_doubt());
  EXPECT_EQ(result.error->code(), "AnswerLost");
  EXPECT_LT(elapsed(), std::chrono::minutes(7) + std::chrono::seconds(1));
  EXPECT_GT(requests(), 1U);
}

}  // namespace
}  // namespace drift::testing
