// Roles: assumed with other credentials, and with a web identity.
#include "client/profile_credentials.hpp"
#include "client/source_fixture.hpp"
#include "client/web_identity_credentials.hpp"

#include <atomic>

namespace drift::testing {
namespace {

using client::RoleCredentials;
using client::WebIdentityCredentials;

std::string sts_answer(const std::string& key = "ROLEKEY") {
  return "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
         "<AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/x/y</Arn></AssumedRoleUser><Credentials>"
         "<AccessKeyId>" +
         key +
         "</AccessKeyId><SecretAccessKey>rolesecret</SecretAccessKey><SessionToken>roletoken</SessionToken>"
         "<Expiration>2026-01-02T03:04:05Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

constexpr const char* refusal =
    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
    "<Message>User &quot;x&quot; is not authorized &amp; never was</Message></Error></ErrorResponse>";

class StsTest : public SourceFixture {
 protected:
  StsTest() {
    fake_.set("AWS_ENDPOINT_URL_STS", serve([this](const ServedRequest&) { return reply(status_, body_); }));
  }
  [[nodiscard]] std::string sent(std::size_t index = 0) const { return server_->requests().at(index).body; }
  // The access key with which a request was signed.
  [[nodiscard]] std::string signed_by(std::size_t index = 0) const {
    const std::string header(server_->requests().at(index).header("authorization"));
    const auto begin = header.find("Credential=") + 11;
    return header.substr(begin, header.find('/', begin) - begin);
  }
  int status_ = 200;
  std::string body_ = sts_answer();
};

using RoleTest = StsTest;

TEST_F(RoleTest, WithoutARoleThereAreNone) {
  fake_.config("[default]\nregion=eu-west-1\n");
  EXPECT_FALSE(find<RoleCredentials>());
}

TEST_F(RoleTest, IsAssumedWithTheSourceProfilesKeys) {
  fake_.config(
      "[default]\nrole_arn=arn:aws:iam::1:role/deploy\nsource_profile=base\nrole_session_name=me@home\n"
      "external_id=a b\nduration_seconds=900\n");
  fake_.credentials("[base]\naws_access_key_id=BASE\naws_secret_access_key=s\n");
  expect_role(find<RoleCredentials>());
  EXPECT_EQ(sent(),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fdeploy&"
            "RoleSessionName=me%40home&ExternalId=a%20b&DurationSeconds=900");
  EXPECT_EQ(signed_by(), "BASE");
  const auto request = server_->requests().at(0);
  EXPECT_EQ(request.method + " " + request.target, "POST /");
  EXPECT_EQ(request.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_NE(request.header("authorization").find("/eu-west-1/sts/aws4_request"), std::string::npos);
}

TEST_F(RoleTest, ASessionWithoutANameGetsOne) {
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=OWN\naws_secret_access_key=s\n");
  expect_role(find<RoleCredentials>());
  EXPECT_EQ(signed_by(), "OWN") << "a profile may be its own source";
  EXPECT_NE(sent().find("&RoleSessionName=drift-"), std::string::npos);
  EXPECT_EQ(sent().find("ExternalId"), std::string::npos) << "an empty one would be refused";
}

TEST_F(RoleTest, RolesCanBeChained) {
  profile_ = "outer";
  fake_.config(
      "[profile outer]\nrole_arn=outer\nsource_profile=inner\n"
      "[profile inner]\nrole_arn=inner\nsource_profile=base\n"
      "[profile base]\naws_access_key_id=BASE\naws_secret_access_key=s\n");
  expect_role(find<RoleCredentials>());
  ASSERT_EQ(server_->requests().size(), 2U);
  EXPECT_NE(sent(0).find("RoleArn=inner"), std::string::npos);
  EXPECT_EQ(signed_by(0), "BASE");
  EXPECT_NE(sent(1).find("RoleArn=outer"), std::string::npos);
  EXPECT_EQ(signed_by(1), "ROLEKEY");
}

TEST_F(RoleTest, AssumedFromTheEnvironment) {
  fake_.config("[default]\nrole_arn=r\ncredential_source=Environment\n");
  fake_.set("AWS_ACCESS_KEY_ID", "ENV");
  fake_.set("AWS_SECRET_ACCESS_KEY", "s");
  expect_role(find<RoleCredentials>());
  EXPECT_EQ(signed_by(), "ENV");
}

TEST_F(RoleTest, ProfilesThatLeadNowhereAreNamed) {
  for (const auto& [config, part] : std::vector<std::pair<const char*, const char*>>{
           {"[default]\nrole_arn=r\n", "one of source_profile and credential_source"},
           {"[default]\nrole_arn=r\nsource_profile=a\ncredential_source=Environment\n", "and not both"},
           {"[default]\nrole_arn=r\nsource_profile=gone\n", "\"gone\" does not exist"},
           {"[default]\nrole_arn=r\nsource_profile=default\n", "leads back to itself"},
           {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=default\n", "leads back"},
           {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\nregion=x\n", "has no credentials"},
           {"[default]\nrole_arn=r\ncredential_source=Moon\n", "credential_source Moon is none of"},
           {"[default]\nrole_arn=r\ncredential_source=Environment\n", "credential_source Environment has none"},
           {"[default]\nrole_arn=r\nsource_profile=default\nmfa_serial=m\n", "mfa_serial"},
       }) {
    fake_.config(config);
    const Error failed = error<RoleCredentials>();
    EXPECT_EQ(failed.code(), "CredentialsError") << config;
    EXPECT_NE(failed.message().find(part), std::string::npos) << failed.message();
  }
  EXPECT_EQ(server_->requests().size(), 0U);
}

TEST_F(RoleTest, ARefusalIsPassedOnInItsWords) {
  status_ = 403;
  body_ = refusal;
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=OWN\naws_secret_access_key=s\n");
  EXPECT_EQ(error<RoleCredentials>().message(),
            "No credentials from role r (AssumeRole): AccessDenied: User \"x\" is not authorized & never was.");
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(RoleTest, AnAnswerOfSomethingElseIsAnError) {
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=OWN\naws_secret_access_key=s\n");
  for (const char* body : {"", "<html>hello</html>", "<AccessKeyId>A</AccessKeyId>", "<AccessKeyId>A"}) {
    body_ = body;
    EXPECT_EQ(error<RoleCredentials>().code(), "CredentialsError") << body;
  }
}

TEST_F(RoleTest, ATemporaryFaultIsTriedAgain) {
  std::atomic<int> asked = 0;
  serve_in_memory([&](const wire::Request&) -> wire::Answer {
    if (++asked == 1) return wire::Failure{.kind = wire::Failure::Kind::timeout, .maybe_executed = true};
    return asked == 2 ? response(503, "") : response(200, sts_answer());
  });
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=OWN\naws_secret_access_key=s\n");
  expect_role(find<RoleCredentials>());
  EXPECT_EQ(asked, 3);
}

TEST_F(RoleTest, WithoutAnOverrideTheRegionsServiceIsAsked) {
  std::string asked;
  serve_in_memory([&](const wire::Request& request) -> wire::Answer {
    asked = request.endpoint.url();
    return response(200, sts_answer());
  });
  fake_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=OWN\naws_secret_access_key=s\n");
  expect_role(find<RoleCredentials>());
  EXPECT_EQ(asked, "https://sts.eu-west-1.amazonaws.com");
}

class WebIdentityTest : public StsTest {
 protected:
  WebIdentityTest() { fake_.file("/var/run/token", "ey.J0.x\n"); }
};

TEST_F(WebIdentityTest, WithoutATokenThereIsNone) { EXPECT_FALSE(find<WebIdentityCredentials>()); }

TEST_F(WebIdentityTest, OfTheEnvironmentIsSentUnsigned) {
  fake_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token");
  fake_.set("AWS_ROLE_ARN", "pod-role");
  fake_.set("AWS_ROLE_SESSION_NAME", "pod");
  expect_role(find<WebIdentityCredentials>());
  EXPECT_EQ(sent(),
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=pod-role&RoleSessionName=pod&"
            "WebIdentityToken=ey.J0.x");
  EXPECT_EQ(server_->requests().at(0).header("authorization"), "");
}

TEST_F(WebIdentityTest, OfTheProfile) {
  fake_.config("[default]\nweb_identity_token_file=/var/run/token\nrole_arn=profile-role\n");
  expect_role(find<WebIdentityCredentials>());
  EXPECT_NE(sent().find("RoleArn=profile-role"), std::string::npos);
  EXPECT_FALSE(find<RoleCredentials>()) << "its role is not for source profiles";
}

TEST_F(WebIdentityTest, ATokenIsReadEachTime) {
  fake_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token");
  fake_.set("AWS_ROLE_ARN", "r");
  WebIdentityCredentials source(scope());
  source.find();
  fake_.file("/var/run/token", "renewed");
  source.find();
  EXPECT_NE(sent(1).find("WebIdentityToken=renewed"), std::string::npos);
}

TEST_F(WebIdentityTest, ATokenWithoutARoleOrAFileIsAnError) {
  fake_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token");
  EXPECT_NE(error<WebIdentityCredentials>().message().find("no role is named"), std::string::npos);
  fake_.set("AWS_ROLE_ARN", "r");
  fake_.file("/var/run/token", " \n");
  EXPECT_NE(error<WebIdentityCredentials>().message().find("cannot be read, or is empty"), std::string::npos);
}

}  // namespace
}  // namespace drift::testing
