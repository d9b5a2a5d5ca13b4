#include "client/retry.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drift::client {
namespace {

TEST(ClassifyError, ThrottlingInAllItsNames) {
  for (const char* code : {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
                           "LimitExceededException"}) {
    EXPECT_EQ(classify_error(400, code, {}), ErrorClass::throttled) << code;
  }
  EXPECT_EQ(classify_error(429, "", {}), ErrorClass::throttled);
}

TEST(ClassifyError, WhatIsRefusedIsNotRepeated) {
  for (const char* code : {"ValidationException", "ConditionalCheckFailedException", "AccessDeniedException",
                           "ResourceNotFoundException", "SomethingNew"}) {
    EXPECT_EQ(classify_error(400, code, {}), ErrorClass::refused) << code;
  }
}

TEST(ClassifyError, FaultsOfTheServerLeaveAWriteInDoubt) {
  EXPECT_EQ(classify_error(500, "InternalServerError", {}), ErrorClass::server);
  EXPECT_EQ(classify_error(503, "ServiceUnavailable", {}), ErrorClass::server);
  EXPECT_EQ(classify_error(502, "", {}), ErrorClass::server);
  EXPECT_EQ(classify_error(408, "", {}), ErrorClass::server);
}

TEST(ClassifyError, ThrottlingIsThrottlingWhateverTheStatus) {
  EXPECT_EQ(classify_error(503, "ThrottlingException", {}), ErrorClass::throttled);
}

TEST(ClassifyError, CredentialsConflictsAndClocks) {
  EXPECT_EQ(classify_error(400, "ExpiredTokenException", {}), ErrorClass::credentials);
  EXPECT_EQ(classify_error(400, "UnrecognizedClientException", {}), ErrorClass::credentials);
  EXPECT_EQ(classify_error(400, "TransactionConflictException", {}), ErrorClass::conflict);
  EXPECT_EQ(classify_error(400, "TransactionInProgressException", {}), ErrorClass::conflict);
  EXPECT_EQ(classify_error(400, "RequestExpired", {}), ErrorClass::clock);
  EXPECT_EQ(classify_error(400, "AccessDenied", "Signature expired: 20260102T030405Z is now earlier than"),
            ErrorClass::clock);
}

ErrorClass cancelled_by(std::vector<std::string> codes) { return classify_cancellation(codes); }

TEST(ClassifyCancellation, OnlyWhatPassesMayBeTriedAgain) {
  EXPECT_EQ(cancelled_by({"None", "TransactionConflict"}), ErrorClass::conflict);
  EXPECT_EQ(cancelled_by({"ThrottlingError", "None"}), ErrorClass::throttled);
  EXPECT_EQ(cancelled_by({"ProvisionedThroughputExceeded", "TransactionConflict"}), ErrorClass::throttled);
}

TEST(ClassifyCancellation, OneRefusalIsEnough) {
  EXPECT_EQ(cancelled_by({"TransactionConflict", "ConditionalCheckFailed"}), ErrorClass::refused);
  EXPECT_EQ(cancelled_by({"ThrottlingError", "ValidationError"}), ErrorClass::refused);
  EXPECT_EQ(cancelled_by({"SomethingNew"}), ErrorClass::refused);
}

TEST(ClassifyCancellation, WithoutReasonsItIsRefused) {
  EXPECT_EQ(cancelled_by({}), ErrorClass::refused);
  EXPECT_EQ(cancelled_by({"None"}), ErrorClass::refused);
}

TEST(RetryPolicy, WaitsAreUniformBelowADoublingBound) {
  using std::chrono::milliseconds;
  const RetryPolicy policy{.attempts_max = 10, .base = milliseconds(25), .cap = milliseconds(5'000)};
  EXPECT_EQ(policy.wait(1, 0.0), milliseconds(0));
  EXPECT_EQ(policy.wait(1, 0.5), std::chrono::microseconds(12'500));
  EXPECT_EQ(policy.wait(2, 0.5), milliseconds(25));
  EXPECT_EQ(policy.wait(3, 0.5), milliseconds(50));
  EXPECT_EQ(policy.wait(8, 0.5), milliseconds(1'600));
}

TEST(RetryPolicy, NoWaitIsLongerThanTheCap) {
  const RetryPolicy policy;
  for (const std::uint32_t attempt : {9U, 10U, 64U, 1'000U, 4'000'000'000U}) {
    EXPECT_LE(policy.wait(attempt, 0.999999), policy.cap) << attempt;
    EXPECT_GT(policy.wait(attempt, 0.999999), policy.cap * 9 / 10) << attempt;
  }
}

}  // namespace
}  // namespace drift::client
