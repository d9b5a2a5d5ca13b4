#include "client/instance_credentials.hpp"

#include "client/source_fixture.hpp"

namespace drift::testing {
namespace {

using client::InstanceCredentials;

constexpr const char* role_path = "/latest/meta-data/iam/security-credentials/";

class InstanceTest : public SourceFixture {
 protected:
  // The metadata service as EC2 has it, version 2 only.
  void serve_metadata(const std::string& credentials = credentials_json()) {
    fake_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", serve([credentials](const ServedRequest& request) {
                if (request.method == "PUT" && request.target == "/latest/api/token") {
                  const bool asked_well = request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600";
                  return asked_well ? reply(200, "TOKEN") : reply(400, "");
                }
                if (request.header("x-aws-ec2-metadata-token") != "TOKEN") return reply(401, "");
                if (request.target == role_path) return reply(200, "my-role\n");
                if (request.target == std::string(role_path) + "my-role") return reply(200, credentials);
                return reply(404, "");
              }));
  }
};

TEST_F(InstanceTest, OfTheInstancesRole) {
  serve_metadata();
  expect_role(find<InstanceCredentials>());
  EXPECT_EQ(server_->requests().size(), 3U);
}

TEST_F(InstanceTest, SwitchedOffIsNotAsked) {
  serve_metadata();
  fake_.set("AWS_EC2_METADATA_DISABLED", "True");
  InstanceCredentials source(scope());
  EXPECT_FALSE(source.find());
  EXPECT_EQ(server_->requests().size(), 0U);
  EXPECT_NE(source.looked_for().find("AWS_EC2_METADATA_DISABLED"), std::string::npos);
}

TEST_F(InstanceTest, WhereNothingListensThereAreNone) {
  std::string url = serve([](const ServedRequest&) { return reply(200, ""); });
  server_.reset();
  fake_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
  EXPECT_FALSE(find<InstanceCredentials>());
}

TEST_F(InstanceTest, OutsideOfEc2TheSearchIsShort) {
  std::chrono::milliseconds allowed{0};
  serve_in_memory([&](const wire::Request& request) -> wire::Answer {
    EXPECT_EQ(request.endpoint.url(), "http://169.254.169.254");
    allowed = request.connect_timeout;
    return wire::Failure{.kind = wire::Failure::Kind::timeout, .message = "no answer within 1 s"};
  });
  InstanceCredentials source(scope());
  EXPECT_FALSE(source.find());
  EXPECT_EQ(allowed, std::chrono::seconds(1));
  EXPECT_EQ(source.looked_for(), "the EC2 instance metadata service (no answer within 1 s)");
}

TEST_F(InstanceTest, AMorePatientSearch) {
  int asked = 0;
  serve_in_memory([&](const wire::Request& request) -> wire::Answer {
    EXPECT_EQ(request.answer_timeout, std::chrono::seconds(7));
    ++asked;
    return wire::Failure{.kind = wire::Failure::Kind::timeout, .message = "no answer"};
  });
  fake_.set("AWS_METADATA_SERVICE_TIMEOUT", "7");
  fake_.config("[default]\nmetadata_service_num_attempts = 3\n");
  EXPECT_FALSE(find<InstanceCredentials>());
  EXPECT_EQ(asked, 3);
  fake_.set("AWS_METADATA_SERVICE_TIMEOUT", "long");
  EXPECT_EQ(error<InstanceCredentials>().code(), "CredentialsError");
}

TEST_F(InstanceTest, AddressOfVersionSix) {
  std::string asked;
  serve_in_memory([&](const wire::Request& request) -> wire::Answer {
    asked = request.endpoint.url();
    return response(404, "");
  });
  fake_.config("[default]\nec2_metadata_service_endpoint_mode = IPv6\n");
  EXPECT_FALSE(find<InstanceCredentials>());
  EXPECT_EQ(asked, "http://[fd00:ec2::254]");
}

TEST_F(InstanceTest, AnInstanceWithoutARoleHasNone) {
  fake_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", serve([](const ServedRequest& request) {
              return request.method == "PUT" ? reply(200, "TOKEN") : reply(404, "");
            }));
  InstanceCredentials source(scope());
  EXPECT_FALSE(source.find());
  EXPECT_NE(source.looked_for().find("no role"), std::string::npos);
}

TEST_F(InstanceTest, WhatTheServiceSaysAgainstItIsPassedOn) {
  serve_metadata(R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role my-role"})");
  EXPECT_NE(error<InstanceCredentials>().message().find("EC2 cannot assume the role my-role"), std::string::npos);
}

TEST_F(InstanceTest, ATokenThatWouldBreakTheRequestIsNotUsed) {
  fake_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT",
            serve([](const ServedRequest&) { return reply(200, "TOKEN\r\nx-evil: 1"); }));
  EXPECT_FALSE(find<InstanceCredentials>());
  EXPECT_EQ(server_->requests().size(), 1U);
}

}  // namespace
}  // namespace drift::testing
