// SourceFixture: a credentials source in a made-up environment, with real HTTP to a small server of the test's own that
// stands in for the container's endpoint, the instance metadata service and STS.
#pragma once

#include "base/clock.hpp"
#include "client/credential_source.hpp"
#include "client/fake_environment.hpp"
#include "support/http_server.hpp"
#include "support/memory_transport.hpp"
#include "wire/asio_transport.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drift::testing {

class SourceFixture : public ::testing::Test {
 protected:
  client::CredentialScope scope() {
    return {
        .environment = fake_.environment(), .transport = transport_.get(), .region = "eu-west-1", .profile = profile_};
  }

  // Starts the server; returns its URL.
  std::string serve(HttpServer::Handler handler) {
    server_.emplace(std::move(handler));
    return server_->endpoint().url();
  }
  // Answers instead of the whole network, for addresses that are not this machine's.
  void serve_in_memory(MemoryTransport::Handler handler) {
    transport_ = std::make_shared<MemoryTransport>(std::move(handler));
  }

  template <typename Source>
  std::optional<Credentials> find() {
    return Source(scope()).find();
  }
  template <typename Source>
  Error error() {
    try {
      find<Source>();
    } catch (const Error& error) {
      return error;
    }
    return Error("none", "nothing was thrown");
  }

  static std::string credentials_json(const std::string& key = "ROLEKEY") {
    return R"({"Code":"Success","AccessKeyId":")" + key +
           R"(","SecretAccessKey":"rolesecret","Token":"roletoken","Expiration":"2026-01-02T03:04:05Z"})";
  }
  static void expect_role(const std::optional<Credentials>& credentials, const std::string& key = "ROLEKEY") {
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->access_key_id, key);
    EXPECT_EQ(credentials->secret_access_key, "rolesecret");
    EXPECT_EQ(credentials->session_token, "roletoken");
    ASSERT_TRUE(credentials->expiry);
    EXPECT_EQ(credentials->expiry->time_since_epoch(), std::chrono::seconds(1'767'323'045));
  }

  FakeEnvironment fake_;
  std::string profile_ = "default";
  std::shared_ptr<wire::Transport> transport_ = wire::make_asio_transport({});
  std::optional<HttpServer> server_;
};

}  // namespace drift::testing
