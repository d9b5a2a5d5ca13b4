#include "client/profile_file.hpp"

#include "client/fake_environment.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

namespace drift::testing {
namespace {

using client::parse_profile_file;
using client::Profiles;

TEST(ProfileFile, SectionsAndTheirValues) {
  const auto sections = parse_profile_file(
      "# a comment\n"
      "[default]\n"
      "Region = eu-west-1\n"
      "; another\n"
      "key=a=b # kept, as the AWS command line keeps it\r\n"
      "\n"
      "  [profile dev]\n",
      "f");
  EXPECT_TRUE(sections.contains("profile dev"));
  EXPECT_EQ(sections.at("default").at("region"), "eu-west-1");
  EXPECT_EQ(sections.at("default").at("key"), "a=b # kept, as the AWS command line keeps it");
}

TEST(ProfileFile, IndentedLinesAreValuesOfTheKeyAbove) {
  const auto sections = parse_profile_file(
      "[services local]\n"
      "dynamodb =\n"
      "  endpoint_url = http://127.0.0.1:8000\n"
      "sts =\n"
      "\tendpoint_url = http://127.0.0.1:8001\n",
      "f");
  EXPECT_EQ(sections.at("services local").at("dynamodb.endpoint_url"), "http://127.0.0.1:8000");
  EXPECT_EQ(sections.at("services local").at("sts.endpoint_url"), "http://127.0.0.1:8001");
}

TEST(ProfileFile, WhatCannotBeReadIsNamedWithItsLine) {
  for (const char* text : {"[default\n", "\nregion = x\n", "[default]\nregion\n", "[default]\n= x\n"}) {
    try {
      parse_profile_file(text, "/home/me/.aws/config");
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ConfigError");
      EXPECT_NE(error.message().find("/home/me/.aws/config"), std::string::npos);
      EXPECT_TRUE(error.message().starts_with("Line ")) << error.message();
    }
  }
}

class ProfilesTest : public ::testing::Test {
 protected:
  Profiles load() { return Profiles::load(fake_.environment()); }
  FakeEnvironment fake_;
};

TEST_F(ProfilesTest, WithoutFilesThereAreNone) {
  EXPECT_FALSE(load().has("default"));
  EXPECT_EQ(load().value("default", "region"), std::nullopt);
}

TEST_F(ProfilesTest, TheTwoFilesNameProfilesDifferently) {
  fake_.config("[default]\nregion=a\n[profile dev]\nregion=b\n[profile \"my dev\"]\nregion=c\n[other]\nregion=d\n");
  fake_.credentials("[dev]\naws_access_key_id=K\n[only]\naws_access_key_id=O\n");
  const Profiles profiles = load();
  EXPECT_EQ(profiles.value("default", "region"), "a");
  EXPECT_EQ(profiles.value("dev", "region"), "b");
  EXPECT_EQ(profiles.value("my dev", "region"), "c");
  EXPECT_FALSE(profiles.has("other"));
  EXPECT_TRUE(profiles.has("only"));
  EXPECT_EQ(profiles.value("dev", "aws_access_key_id"), "K");
  EXPECT_EQ(profiles.credentials_file_value("dev", "region"), std::nullopt);
}

TEST_F(ProfilesTest, TheCredentialsFileGoesFirst) {
  fake_.config("[profile dev]\naws_access_key_id=config\n");
  fake_.credentials("[dev]\naws_access_key_id=credentials\n");
  EXPECT_EQ(load().value("dev", "aws_access_key_id"), "credentials");
}

TEST_F(ProfilesTest, VariablesNameOtherFiles) {
  fake_.set("AWS_CONFIG_FILE", "~/c");
  fake_.set("AWS_SHARED_CREDENTIALS_FILE", "/etc/k");
  fake_.file("/home/me/c", "[default]\nregion=here\n");
  fake_.file("/etc/k", "\xEF\xBB\xBF[default]\naws_access_key_id=there\n");
  EXPECT_EQ(load().value("default", "region"), "here");
  EXPECT_EQ(load().value("default", "aws_access_key_id"), "there");
}

}  // namespace
}  // namespace drift::testing
