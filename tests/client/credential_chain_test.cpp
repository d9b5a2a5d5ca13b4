// Which credentials are taken where there are several, and what a search that finds none says.
#include "client/credential_chain.hpp"

#include "client/source_fixture.hpp"

namespace drift::testing {
namespace {

class ChainTest : public SourceFixture {
 protected:
  ChainTest() {
    fake_.set("AWS_EC2_METADATA_DISABLED", "true");
    sts_ = serve([](const ServedRequest&) {
      return reply(200,
                   "<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                   "<Expiration>2026-01-02T03:04:05Z</Expiration>");
    });
    fake_.set("AWS_ENDPOINT_URL_STS", sts_);
  }
  void set_keys() {
    fake_.set("AWS_ACCESS_KEY_ID", "ENV");
    fake_.set("AWS_SECRET_ACCESS_KEY", "s");
  }
  std::string key() {
    client::CredentialScope all = scope();
    all.profile_is_explicit = explicit_;
    return client::make_credential_chain(all)->credentials().access_key_id;
  }
  Error search_error() {
    try {
      key();
    } catch (const Error& error) {
      return error;
    }
    return Error("none", "nothing was thrown");
  }
  bool explicit_ = false;
  std::string sts_;
};

TEST_F(ChainTest, ASearchThatFindsNothingSaysWhereItLooked) {
  const Error error = search_error();
  EXPECT_EQ(error.code(), "CredentialsError");
  EXPECT_TRUE(error.message().starts_with("Unable to locate credentials.")) << error.message();
  for (const char* place : {"AWS_ACCESS_KEY_ID", "role_arn of profile \"default\"", "AWS_WEB_IDENTITY_TOKEN_FILE",
                            "/home/me/.aws/credentials", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                            "switched off by AWS_EC2_METADATA_DISABLED"}) {
    EXPECT_NE(error.message().find(place), std::string::npos) << place;
  }
}

TEST_F(ChainTest, TheEnvironmentGoesFirst) {
  set_keys();
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "ENV");
}

TEST_F(ChainTest, AProfileThatTheProgramNamesGoesBeforeTheEnvironment) {
  set_keys();
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  explicit_ = true;
  EXPECT_EQ(key(), "FILE");
}

TEST_F(ChainTest, TheProfilesRoleGoesBeforeItsKeys) {
  fake_.config("[default]\nrole_arn=r\nsource_profile=default\n");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "ROLE");
}

TEST_F(ChainTest, AWebIdentityGoesBeforeTheFiles) {
  fake_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
  fake_.set("AWS_ROLE_ARN", "r");
  fake_.file("/token", "t");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "ROLE");
}

TEST_F(ChainTest, KeysInTheCredentialsFileGoBeforeAProcessAndThatBeforeKeysInTheConfigFile) {
  const std::string process =
      R"(credential_process=echo '{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"s"}')";
  fake_.config("[default]\naws_access_key_id=CONFIG\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "CONFIG");
  fake_.config("[default]\naws_access_key_id=CONFIG\naws_secret_access_key=s\n" + process + "\n");
  EXPECT_EQ(key(), "PROCESS");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "FILE");
}

TEST_F(ChainTest, TheFilesGoBeforeTheContainer) {
  fake_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI",
            serve([](const ServedRequest&) { return reply(200, credentials_json()); }));
  EXPECT_EQ(key(), "ROLEKEY");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key(), "FILE");
}

TEST_F(ChainTest, AHalfSetEnvironmentIsAnErrorAndNothingElseIsTaken) {
  fake_.set("AWS_ACCESS_KEY_ID", "ENV");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(search_error().message(), "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.");
}

TEST_F(ChainTest, AHalfWrittenProfileIsAnError) {
  fake_.credentials("[default]\naws_access_key_id=FILE\n");
  EXPECT_NE(search_error().message().find("only one of"), std::string::npos);
}

TEST_F(ChainTest, ALoginOfTheAwsCommandLineIsLeftToIt) {
  for (const char* login : {"sso_session=x", "sso_start_url=https://x", "login_session=x"}) {
    fake_.config(std::string("[default]\n") + login + "\n");
    EXPECT_NE(search_error().next_step().find("aws configure export-credentials"), std::string::npos) << login;
  }
}

TEST_F(ChainTest, ALoginMadeMeanwhileIsFound) {
  fake_.credentials("[default]\naws_access_key_id=OLD\naws_secret_access_key=s\n");
  const auto chain = client::make_credential_chain(scope());
  EXPECT_EQ(chain->credentials().access_key_id, "OLD");
  fake_.credentials("[default]\naws_access_key_id=NEW\naws_secret_access_key=s\n");
  EXPECT_EQ(chain->credentials().access_key_id, "NEW");
}

TEST_F(ChainTest, WhatWasFoundOnceIsAskedAgainFirst) {
  fake_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI",
            serve([](const ServedRequest&) { return reply(200, credentials_json()); }));
  const auto chain = client::make_credential_chain(scope());
  EXPECT_EQ(chain->credentials().access_key_id, "ROLEKEY");
  fake_.credentials("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  EXPECT_EQ(chain->credentials().access_key_id, "ROLEKEY") << "a run does not change its identity midway";
}

}  // namespace
}  // namespace drift::testing
