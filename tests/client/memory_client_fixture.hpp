// MemoryClientFixture: a Client whose answers the test makes, in time that jumps over every wait.
#pragma once

#include "client/core.hpp"
#include "support/manual_loop.hpp"
#include "support/memory_transport.hpp"

#include <drift/client.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace drift::testing {

class MemoryClientFixture : public ::testing::Test {
 protected:
  // Answers requests by operation and body, on the transport's thread, one at a time.
  using Server = std::function<wire::Answer(std::string_view operation, const std::string& body)>;

  void serve(Server server) {
    transport_ = std::make_shared<MemoryTransport>([server = std::move(server)](const wire::Request& request) {
      return server(operation_name(request), request.body);
    });
    client::ClientCore::Settings settings{.region = "us-east-1",
                                          .endpoint = {.host = "dynamodb.us-east-1.amazonaws.com"},
                                          .credentials = static_credentials("AKID", "secret"),
                                          .random_seed = 1};
    client_ = std::make_unique<Client>(std::make_unique<client::ClientCore>(settings, transport_));
  }

  [[nodiscard]] std::size_t count_of(std::string_view operation) const {
    std::size_t count = 0;
    for (const wire::Request& request : transport_->requests()) count += operation_name(request) == operation ? 1U : 0U;
    return count;
  }

  static std::string describe(std::string_view name, std::string_view status = "ACTIVE") {
    return R"({"Table":{"TableName":")" + std::string(name) + R"(","TableStatus":")" + std::string(status) +
           R"(","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
           R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}]}})";
  }

  std::shared_ptr<MemoryTransport> transport_;
  std::unique_ptr<Client> client_;
};

}  // namespace drift::testing
