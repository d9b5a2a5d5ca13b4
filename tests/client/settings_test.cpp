// Where region, endpoint, attempts and certificates come from: options, environment, profile, in this order.
#include "client/settings.hpp"

#include "client/endpoint_settings.hpp"
#include "client/fake_environment.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::testing {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  client::Profiles profiles() { return client::Profiles::load(fake_.environment()); }
  client::ClientCore::Settings resolve() { return client::resolve_settings(options_, fake_.environment(), profiles()); }
  std::string endpoint() { return resolve().endpoint.url(); }
  std::string ca_bundle() { return client::resolve_ca_bundle(options_, fake_.environment(), profiles()); }
  Error error() {
    try {
      resolve();
    } catch (const Error& error) {
      return error;
    }
    return Error("none", "nothing was thrown");
  }
  FakeEnvironment fake_;
  ClientOptions options_;
};

TEST_F(SettingsTest, RegionComesFromProfileThenVariablesThenOptions) {
  fake_.config("[default]\nregion=a-1\n[profile dev]\nregion=b-1\n");
  EXPECT_EQ(resolve().region, "a-1");
  fake_.set("AWS_PROFILE", "dev");
  EXPECT_EQ(resolve().region, "b-1");
  fake_.set("AWS_DEFAULT_REGION", "c-1");
  EXPECT_EQ(resolve().region, "c-1");
  fake_.set("AWS_REGION", "d-1");
  EXPECT_EQ(resolve().region, "d-1");
  options_.region = "e-1";
  EXPECT_EQ(resolve().region, "e-1");
}

TEST_F(SettingsTest, WithoutARegionItSaysWhereItLooked) {
  options_.endpoint = "http://127.0.0.1:8000";
  EXPECT_EQ(error().code(), "NoRegion");
  EXPECT_EQ(
      error().message(),
      "No region was found: AWS_REGION and AWS_DEFAULT_REGION are not set, and profile \"default\" has no `region`.");
  EXPECT_NE(error().next_step().find("export AWS_REGION="), std::string::npos);
}

TEST_F(SettingsTest, ARegionThatIsNoNameIsRefused) {
  for (const char* region : {"eu west 1", "EU-WEST-1", "a.example.com/", "x\r\ny"}) {
    options_.region = region;
    EXPECT_EQ(error().code(), "ConfigError") << region;
  }
}

TEST_F(SettingsTest, ProfileComesFromOptionThenVariables) {
  fake_.config("[profile a]\nregion=a-1\n[profile b]\nregion=b-1\n[profile c]\nregion=c-1\n");
  fake_.set("AWS_DEFAULT_PROFILE", "a");
  EXPECT_EQ(resolve().region, "a-1");
  fake_.set("AWS_PROFILE", "b");
  EXPECT_EQ(resolve().region, "b-1");
  options_.profile = "c";
  EXPECT_EQ(resolve().region, "c-1");
}

TEST_F(SettingsTest, AProfileThatDoesNotExistIsNamed) {
  fake_.set("AWS_PROFILE", "dve");
  EXPECT_EQ(error().code(), "ConfigError");
  EXPECT_EQ(error().message(),
            "Profile \"dve\" (AWS_PROFILE) is neither in /home/me/.aws/config nor in /home/me/.aws/credentials.");
}

TEST_F(SettingsTest, TheDefaultProfileNeedNotExist) {
  options_.profile = "default";
  options_.region = "eu-west-1";
  EXPECT_EQ(endpoint(), "https://dynamodb.eu-west-1.amazonaws.com");
}

TEST_F(SettingsTest, EndpointOfThePartition) {
  options_.region = "cn-north-1";
  EXPECT_EQ(endpoint(), "https://dynamodb.cn-north-1.amazonaws.com.cn");
  options_.region = "us-gov-west-1";
  EXPECT_EQ(endpoint(), "https://dynamodb.us-gov-west-1.amazonaws.com");
}

TEST_F(SettingsTest, EndpointsOfAnotherKind) {
  options_.region = "eu-west-1";
  fake_.set("AWS_USE_FIPS_ENDPOINT", "true");
  EXPECT_EQ(endpoint(), "https://dynamodb-fips.eu-west-1.amazonaws.com");
  fake_.config("[default]\nuse_dualstack_endpoint = true\n");
  EXPECT_EQ(endpoint(), "https://dynamodb-fips.eu-west-1.api.aws");
  fake_.set("AWS_USE_FIPS_ENDPOINT", "false");
  EXPECT_EQ(endpoint(), "https://dynamodb.eu-west-1.api.aws");
  options_.region = "cn-north-1";
  EXPECT_EQ(endpoint(), "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn");
}

TEST_F(SettingsTest, EndpointOfTheSecurityTokenService) {
  const auto url = [](std::string_view region) {
    return client::public_endpoint(client::sts_service, region, {.fips = true}).url();
  };
  EXPECT_EQ(url("us-east-1"), "https://sts-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(url("us-gov-west-1"), "https://sts.us-gov-west-1.amazonaws.com");
}

TEST_F(SettingsTest, EndpointComesFromProfileThenServicesThenVariablesThenOptions) {
  options_.region = "eu-west-1";
  fake_.config("[default]\nendpoint_url=http://profile:1\n");
  EXPECT_EQ(endpoint(), "http://profile:1");
  fake_.config(
      "[default]\nendpoint_url=http://profile:1\nservices=s\n[services s]\ndynamodb=\n endpoint_url=http://s:1\n");
  EXPECT_EQ(endpoint(), "http://s:1");
  fake_.set("AWS_ENDPOINT_URL", "http://all:1");
  EXPECT_EQ(endpoint(), "http://all:1");
  fake_.set("AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb:1");
  EXPECT_EQ(endpoint(), "http://dynamodb:1");
  options_.endpoint = "http://option:1";
  EXPECT_EQ(endpoint(), "http://option:1");
}

TEST_F(SettingsTest, ConfiguredEndpointsCanBeIgnored) {
  options_.region = "eu-west-1";
  fake_.set("AWS_ENDPOINT_URL", "http://all:1");
  fake_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE");
  EXPECT_EQ(endpoint(), "https://dynamodb.eu-west-1.amazonaws.com");
  fake_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false");
  EXPECT_EQ(endpoint(), "http://all:1");
  options_.endpoint = "http://option:1";
  fake_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
  EXPECT_EQ(endpoint(), "http://option:1") << "what the program says is no configuration";
}

TEST_F(SettingsTest, AnEndpointThatIsNoneIsNamedWithItsSource) {
  options_.region = "eu-west-1";
  fake_.set("AWS_ENDPOINT_URL_DYNAMODB", "127.0.0.1:8000");
  EXPECT_EQ(error().code(), "ConfigError");
  EXPECT_EQ(error().message(), "\"127.0.0.1:8000\" (AWS_ENDPOINT_URL_DYNAMODB) is no endpoint.");
}

TEST_F(SettingsTest, AttemptsComeFromProfileThenVariableThenOption) {
  options_.region = "eu-west-1";
  EXPECT_EQ(resolve().retry.attempts_max, 10);
  fake_.config("[default]\nmax_attempts=3\n");
  EXPECT_EQ(resolve().retry.attempts_max, 3);
  fake_.set("AWS_MAX_ATTEMPTS", "4");
  EXPECT_EQ(resolve().retry.attempts_max, 4);
  options_.max_attempts = 5;
  EXPECT_EQ(resolve().retry.attempts_max, 5);
}

TEST_F(SettingsTest, AttemptsThatAreNoNumberAreRefused) {
  options_.region = "eu-west-1";
  for (const char* attempts : {"0", "-1", "many", "99999999999"}) {
    fake_.set("AWS_MAX_ATTEMPTS", attempts);
    EXPECT_EQ(error().code(), "ConfigError") << attempts;
  }
  options_.max_attempts = -1;
  EXPECT_EQ(error().code(), "ConfigError");
}

TEST_F(SettingsTest, CertificatesComeFromProfileThenVariableThenOption) {
  EXPECT_EQ(ca_bundle(), "");
  fake_.config("[default]\nca_bundle=~/ca.pem\n");
  EXPECT_EQ(ca_bundle(), "/home/me/ca.pem");
  fake_.set("AWS_CA_BUNDLE", "/etc/ca.pem");
  EXPECT_EQ(ca_bundle(), "/etc/ca.pem");
  options_.ca_bundle = "ca.pem";
  EXPECT_EQ(ca_bundle(), "ca.pem");
}

TEST_F(SettingsTest, ABrokenCaBundleIsAClearError) {
  try {
    const Client client({.region = "eu-west-1", .ca_bundle = "/nonexistent/ca.pem"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ConfigError");
    EXPECT_NE(error.message().find("/nonexistent/ca.pem"), std::string::npos);
  }
}

TEST_F(SettingsTest, APlainEndpointNeedsNoCaBundle) {
  EXPECT_NO_THROW(
      Client({.region = "eu-west-1", .endpoint = "http://localhost:8000", .ca_bundle = "/nonexistent/ca.pem"}));
}

}  // namespace
}  // namespace drift::testing
