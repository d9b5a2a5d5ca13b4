#include "client/answer.hpp"

#include "support/memory_transport.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::client {
namespace {

using testing::ok;
using testing::refused;
using testing::response;

wire::Response html(int status) {
  return {.status = status, .headers = "content-type: text/html\r\n", .body = "<html>Please log in</html>"};
}

TEST(Judge, AnAnswerWithTheRightChecksumIsTrusted) {
  const Verdict verdict = judge(ok(R"({"Item":{}})"));
  EXPECT_EQ(verdict.fate, Fate::answered);
}

TEST(Judge, AnAnswerWithoutAChecksumIsTrusted) {
  EXPECT_EQ(judge(wire::Response{.status = 200, .body = " {} \n"}).fate, Fate::answered);
}

TEST(Judge, AWrongChecksumIsALostAnswer) {
  for (const int status : {200, 400, 500}) {
    wire::Response damaged = response(status, R"({"__type":"x#ValidationException"})");
    damaged.body[3] = 'Z';
    EXPECT_EQ(judge(damaged).fate, Fate::lost) << status;
  }
}

TEST(Judge, AChecksumThatIsNoNumberIsWrong) {
  wire::Response answer{.status = 200, .headers = "x-amz-crc32: 12x\r\n", .body = "{}"};
  EXPECT_EQ(judge(answer).fate, Fate::lost);
}

TEST(Judge, ARefusalHasItsBareNameAndItsWords) {
  const Verdict verdict = judge(refused("ValidationException", "One or more"));
  EXPECT_EQ(verdict.fate, Fate::error);
  EXPECT_EQ(verdict.error_class, ErrorClass::refused);
  EXPECT_EQ(verdict.code, "ValidationException");
  EXPECT_EQ(verdict.message, "One or more");
  EXPECT_FALSE(verdict.request_id.empty());
  EXPECT_EQ(verdict.status, 400);
}

TEST(Judge, TheMessageMayBeWrittenInCapitals) {
  const Verdict verdict = judge(response(400, R"({"__type":"AccessDeniedException:http://x/","Message":"not you"})"));
  EXPECT_EQ(verdict.code, "AccessDeniedException");
  EXPECT_EQ(verdict.message, "not you");
}

TEST(Judge, ATransactionIsJudgedByItsReasons) {
  constexpr const char* conflict = R"(,"CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"}])";
  EXPECT_EQ(judge(refused("TransactionCanceledException", "", 400, conflict)).error_class, ErrorClass::conflict);
  constexpr const char* condition =
      R"(,"CancellationReasons":[{"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"}])";
  EXPECT_EQ(judge(refused("TransactionCanceledException", "", 400, condition)).error_class, ErrorClass::refused);
  EXPECT_EQ(judge(refused("TransactionCanceledException")).error_class, ErrorClass::refused);
}

TEST(Judge, APageOfSomethingElseIsForeign) {
  for (const int status : {200, 301, 403, 404}) {
    const Verdict verdict = judge(html(status));
    EXPECT_EQ(verdict.fate, Fate::foreign) << status;
    EXPECT_EQ(verdict.message, "HTTP status " + std::to_string(status) + ", text/html");
  }
}

TEST(Judge, JsonWithoutATypeIsForeign) {
  EXPECT_EQ(judge(response(403, R"({"message":"Missing Authentication Token"})")).fate, Fate::foreign);
  EXPECT_EQ(judge(response(404, R"({"a":[1)")).fate, Fate::foreign);
}

TEST(Judge, AGatewaysFaultMayHideAnExecutedRequest) {
  for (const int status : {500, 502, 503, 504}) {
    const Verdict verdict = judge(html(status));
    EXPECT_EQ(verdict.fate, Fate::error) << status;
    EXPECT_EQ(verdict.error_class, ErrorClass::server) << status;
  }
  EXPECT_EQ(judge(html(503)).code, "ServiceUnavailable");
  EXPECT_EQ(judge(html(429)).error_class, ErrorClass::throttled);
}

TEST(Judge, AGatewaysFaultIsAnonymousUnlessItHasARequestId) {
  EXPECT_TRUE(judge(html(502)).anonymous);
  wire::Response answer = html(500);
  answer.headers += "x-amzn-requestid: ABC\r\n";
  const Verdict verdict = judge(answer);
  EXPECT_FALSE(verdict.anonymous);
  EXPECT_EQ(verdict.request_id, "ABC");
  EXPECT_FALSE(judge(refused("InternalServerError", "internal", 500)).anonymous);
}

TEST(Judge, AServerThatWillNeverUnderstandIsForeign) {
  for (const int status : {501, 505}) EXPECT_EQ(judge(html(status)).fate, Fate::foreign) << status;
}

TEST(Judge, AFailureIsUnsentOrLost) {
  using wire::Failure;
  EXPECT_EQ(judge(Failure{.kind = Failure::Kind::connect, .maybe_executed = false, .message = "refused"}).fate,
            Fate::unsent);
  const Verdict lost = judge(Failure{.kind = Failure::Kind::timeout, .maybe_executed = true, .message = "too slow"});
  EXPECT_EQ(lost.fate, Fate::lost);
  EXPECT_EQ(lost.failure, Failure::Kind::timeout);
  EXPECT_EQ(lost.message, "too slow");
}

TEST(Judge, TheServersTimeComesWithAnError) {
  wire::Response answer = refused("RequestExpired");
  answer.headers += "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n";
  const Verdict verdict = judge(answer);
  ASSERT_TRUE(verdict.server_time);
  EXPECT_EQ(verdict.server_time->time_since_epoch(), std::chrono::seconds(1'767'323'045));
}

}  // namespace
}  // namespace drift::client
