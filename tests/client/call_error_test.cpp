// What a person reads when a call fails: each failure in words, with what to do next.
#include "client/core_fixture.hpp"

namespace drift::testing {
namespace {

using Kind = wire::Failure::Kind;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

#define EXPECT_CONTAINS(text, part) EXPECT_TRUE(contains(text, part)) << (text)

class CallError : public CoreFixture {
 protected:
  Error error_of(std::string_view operation, const wire::Answer& answer, std::string_view body = update_request) {
    script(answer, 20);
    return *call(operation, body).error;
  }
};

TEST_F(CallError, NamesTableKeyAndRequest) {
  const Error error = error_of("UpdateItem", refused("ValidationException", "The provided expression refers to"));
  EXPECT_EQ(error.code(), "ValidationException");
  EXPECT_EQ(error.message(), "UpdateItem: The provided expression refers to");
  EXPECT_EQ(error.table(), "Movies");
  EXPECT_EQ(error.key(), (Attributes{{"id", 7}}));
  EXPECT_TRUE(error.request_id().starts_with("MEMORY"));
}

TEST_F(CallError, TheTableOfTheOptionsGoesBeforeTheRequests) {
  script(refused("ValidationException"));
  const std::string table = "arn:aws:dynamodb:eu-west-1:1:table/Movies";
  EXPECT_EQ(call("UpdateItem", update_request, {.table = table}).error->table(), table);
}

TEST_F(CallError, ARequestThatIsNoJsonIsNoProblem) {
  EXPECT_EQ(error_of("UpdateItem", refused("SerializationException"), "not json").table(), "");
}

TEST_F(CallError, OfATableThatIsNotThereNamesRegionAndEndpoint) {
  const Error error = error_of("UpdateItem", refused("ResourceNotFoundException", "Requested resource not found"));
  EXPECT_EQ(error.message(),
            "Table Movies does not exist in region eu-west-1 (https://dynamodb.eu-west-1.amazonaws.com).");
  EXPECT_CONTAINS(error.next_step(), "AWS_REGION");
}

TEST_F(CallError, OfAnIndexThatIsNotThereKeepsTheServersWords) {
  const Error error = error_of("Query", refused("ResourceNotFoundException", "The table does not have the index: x"));
  EXPECT_CONTAINS(error.message(), "The table does not have the index: x");
}

TEST_F(CallError, OfAMissingPermissionNamesOperationAndTable) {
  const Error error = error_of("UpdateItem", refused("AccessDeniedException", "User: arn:aws:iam::1:user/x is not"));
  EXPECT_EQ(error.message(), "No permission for UpdateItem on table Movies: User: arn:aws:iam::1:user/x is not");
  EXPECT_CONTAINS(error.next_step(), "Allow dynamodb:UpdateItem on table Movies");
}

TEST_F(CallError, OfAWrongRegionSaysWhichOneWasSigned) {
  const Error error =
      error_of("UpdateItem",
               refused("InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu-west-1'."));
  EXPECT_CONTAINS(error.message(), "does not take requests that are signed for region eu-west-1");
  EXPECT_CONTAINS(error.next_step(), "AWS_REGION");
}

TEST_F(CallError, OfARegionThatDoesNotExistNamesIt) {
  const Error error = error_of("UpdateItem", failure(Kind::resolve, false));
  EXPECT_EQ(error.code(), "ConnectionFailed");
  EXPECT_CONTAINS(error.message(), "No address was found for dynamodb.eu-west-1.amazonaws.com (as the test says).");
  EXPECT_CONTAINS(error.next_step(), "\"eu-west-1\"");
}

TEST_F(CallError, OfAMissingAddressSaysItOnce) {
  const std::string words = "the name dynamodb.eu-west-1.amazonaws.com is not found: Name or service not known";
  const Error error = error_of("GetItem", wire::Failure{.kind = Kind::resolve, .message = words});
  EXPECT_EQ(error.message(),
            "No address was found for dynamodb.eu-west-1.amazonaws.com (Name or service not known). GetItem was not "
            "sent. (3 attempts)");
}

TEST_F(CallError, OfAServerThatDoesNotListenSaysThatNothingWasSent) {
  settings_.endpoint = {.tls = false, .host = "127.0.0.1", .port = 8000};
  const Error error = error_of("UpdateItem", failure(Kind::connect, false));
  EXPECT_CONTAINS(error.message(), "Cannot connect to http://127.0.0.1:8000");
  EXPECT_CONTAINS(error.message(), "UpdateItem was not sent.");
  EXPECT_CONTAINS(error.message(), "(3 attempts)");
  EXPECT_CONTAINS(error.next_step(), "AWS_ENDPOINT_URL_DYNAMODB");
}

TEST_F(CallError, OfACertificateSaysWhereToLook) {
  const Error error = error_of("UpdateItem", failure(Kind::tls, false));
  EXPECT_CONTAINS(error.message(), "No secure connection to https://dynamodb.eu-west-1.amazonaws.com");
  EXPECT_CONTAINS(error.next_step(), "AWS_CA_BUNDLE");
}

TEST_F(CallError, OfSomethingThatIsNotDynamoDbSaysSo) {
  const wire::Response page{.status = 404, .headers = "Content-Type: text/html\r\n", .body = "<html>"};
  const Error error = error_of("UpdateItem", page);
  EXPECT_EQ(error.code(), "WrongEndpoint");
  EXPECT_CONTAINS(error.message(), "is not DynamoDB (HTTP status 404, text/html)");
  EXPECT_FALSE(error.in_doubt());
  EXPECT_EQ(requests(), 1U);
}

TEST_F(CallError, OfAServerThatDoesNotKnowPostNamesTheEndpointAtOnce) {
  const wire::Response page{.status = 501, .headers = "Content-Type: text/html\r\n", .body = "<html>"};
  const Error error = error_of("DescribeTable", page);
  EXPECT_EQ(error.code(), "WrongEndpoint");
  EXPECT_CONTAINS(error.message(), "https://dynamodb.eu-west-1.amazonaws.com is not DynamoDB (HTTP status 501");
  EXPECT_EQ(requests(), 1U);
  EXPECT_TRUE(error_of("UpdateItem", page).in_doubt());
}

TEST_F(CallError, OfAGatewaysFaultNamesEndpointAndProxy) {
  const wire::Response page{.status = 502, .headers = "Content-Type: text/html\r\n", .body = "<html>"};
  const Error error = error_of("DescribeTable", page);
  EXPECT_EQ(error.code(), "InternalServerError");
  EXPECT_EQ(
      error.message(),
      "DescribeTable: https://dynamodb.eu-west-1.amazonaws.com answered HTTP status 502, text/html, as a proxy or "
      "another server does, not DynamoDB. (10 attempts)");
  EXPECT_CONTAINS(error.next_step(), "AWS_ENDPOINT_URL_DYNAMODB");
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(requests(), 10U);
}

TEST_F(CallError, OfAWriteThatAGatewayFailedAtIsInDoubtAndNamesTheEndpoint) {
  const wire::Response page{.status = 502, .body = "<html>"};
  const Error error = error_of("UpdateItem", page);
  EXPECT_TRUE(error.in_doubt());
  EXPECT_CONTAINS(error.message(), "https://dynamodb.eu-west-1.amazonaws.com answered HTTP status 502");
  EXPECT_EQ(requests(), 1U);
}

TEST_F(CallError, OfAWriteThatSomethingElseCalledDoneIsInDoubt) {
  const wire::Response page{.status = 200, .headers = "Content-Type: text/html\r\n", .body = "<html>"};
  EXPECT_TRUE(error_of("UpdateItem", page).in_doubt());
  EXPECT_FALSE(error_of("GetItem", page).in_doubt());
}

TEST_F(CallError, OfAWriteInDoubtSaysWhatNotToDo) {
  const Error error = error_of("UpdateItem", lost());
  EXPECT_CONTAINS(error.message(), "UpdateItem may or may not have been executed.");
  EXPECT_CONTAINS(error.next_step(), "Do not repeat it blindly");
}

TEST_F(CallError, OfWrongKeysSaysWhichEndpointRefusedThem) {
  const Error error = error_of("UpdateItem", refused("UnrecognizedClientException", "The security token is invalid"));
  EXPECT_CONTAINS(error.message(), "https://dynamodb.eu-west-1.amazonaws.com does not accept the credentials");
  EXPECT_CONTAINS(error.next_step(), "Check the access key");
}

TEST_F(CallError, NeverHoldsASecret) {
  settings_.credentials = static_credentials("AKID", "the-secret-key", "the-session-token");
  for (const auto& answer : {wire::Answer(refused("ExpiredTokenException")), wire::Answer(lost()),
                             failure(Kind::connect, false), wire::Answer(refused("ValidationException"))}) {
    const Error error = error_of("UpdateItem", answer);
    for (const std::string& text : {std::string(error.what()), error.message(), error.next_step()}) {
      EXPECT_FALSE(contains(text, "the-secret-key") || contains(text, "the-session-token")) << text;
    }
  }
}

}  // namespace
}  // namespace drift::testing
