#include "client/container_credentials.hpp"

#include "client/source_fixture.hpp"

#include <atomic>

namespace drift::testing {
namespace {

using client::ContainerCredentials;

class ContainerTest : public SourceFixture {
 protected:
  void full_uri(const std::string& path) {
    fake_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_->endpoint().url() + path);
  }
};

TEST_F(ContainerTest, WithoutVariablesThereIsNone) { EXPECT_FALSE(find<ContainerCredentials>()); }

TEST_F(ContainerTest, OfAnEcsTaskComeFromItsAddress) {
  std::string asked;
  serve_in_memory([&](const wire::Request& request) -> wire::Answer {
    asked = request.method + " " + request.endpoint.url() + request.target;
    return ok(credentials_json());
  });
  fake_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc?id=1");
  expect_role(find<ContainerCredentials>());
  EXPECT_EQ(asked, "GET http://169.254.170.2/v2/credentials/abc?id=1");
}

TEST_F(ContainerTest, OfAPodComeWithItsToken) {
  serve([](const ServedRequest&) { return reply(200, credentials_json()); });
  full_uri("/v1/credentials");
  fake_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret-token");
  expect_role(find<ContainerCredentials>());
  ASSERT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(server_->requests()[0].target, "/v1/credentials");
  EXPECT_EQ(server_->requests()[0].header("authorization"), "secret-token");
}

TEST_F(ContainerTest, TheTokensFileGoesFirstAndIsReadEachTime) {
  serve([](const ServedRequest&) { return reply(200, credentials_json()); });
  full_uri("/");
  fake_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this");
  fake_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/run/token");
  fake_.file("/run/token", "first\n");
  ContainerCredentials source(scope());
  source.find();
  fake_.file("/run/token", "second\n");
  source.find();
  EXPECT_EQ(server_->requests()[0].header("authorization"), "first");
  EXPECT_EQ(server_->requests()[1].header("authorization"), "second");
}

TEST_F(ContainerTest, ATokenThatCannotBeReadOrSentIsAnError) {
  serve([](const ServedRequest&) { return reply(200, credentials_json()); });
  full_uri("/");
  fake_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/run/token");
  EXPECT_NE(error<ContainerCredentials>().message().find("/run/token"), std::string::npos);
  fake_.file("/run/token", "one\r\nx-evil: two");
  EXPECT_EQ(error<ContainerCredentials>().code(), "CredentialsError");
  EXPECT_EQ(server_->requests().size(), 0U);
}

TEST_F(ContainerTest, CredentialsDoNotTravelInTheClearToJustAnyHost) {
  serve_in_memory([](const wire::Request&) -> wire::Answer { return ok(credentials_json()); });
  for (const char* url :
       {"http://example.com/", "http://169.254.170.3/", "http://10.0.0.1/x", "ftp://127.0.0.1/", "x"}) {
    fake_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    EXPECT_EQ(error<ContainerCredentials>().code(), "CredentialsError") << url;
  }
  for (const char* url : {"https://example.com/", "http://169.254.170.23/v1/credentials", "http://localhost:80/x",
                          "http://[fd00:ec2::23]/v1/credentials", "http://127.1.2.3/", "http://[::1]:8080/"}) {
    fake_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    EXPECT_TRUE(find<ContainerCredentials>()) << url;
  }
}

TEST_F(ContainerTest, ATemporaryFaultIsTriedAgain) {
  std::atomic<int> asked = 0;
  serve_in_memory([&](const wire::Request&) -> wire::Answer {
    return ++asked < 3 ? response(503, "later") : ok(credentials_json());
  });
  fake_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  expect_role(find<ContainerCredentials>());
  EXPECT_EQ(asked, 3);
}

TEST_F(ContainerTest, ARefusalIsAnErrorAtOnce) {
  serve([](const ServedRequest&) { return reply(404, "nothing here"); });
  full_uri("/");
  EXPECT_NE(error<ContainerCredentials>().message().find("HTTP status 404"), std::string::npos);
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(ContainerTest, AnAnswerThatIsNoCredentialsIsAnErrorThatQuotesNothing) {
  for (const char* body : {"<html>hunter2</html>", R"({"AccessKeyId":"hunter2"})", R"(["hunter2"])",
                           R"({"AccessKeyId":"A","SecretAccessKey":"hunter2","Expiration":"soon"})"}) {
    serve([body](const ServedRequest&) { return reply(200, body); });
    full_uri("/");
    const Error failed = error<ContainerCredentials>();
    EXPECT_EQ(failed.code(), "CredentialsError") << body;
    EXPECT_EQ(failed.message().find("hunter2"), std::string::npos) << failed.message();
  }
}

}  // namespace
}  // namespace drift::testing
