// CoreFixture: a ClientCore over a transport in memory, in time that the test moves. Nothing waits: a call that has no
// result when everything that can happen has happened is a failure.
#pragma once

#include "client/core.hpp"
#include "support/manual_loop.hpp"
#include "support/memory_transport.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::testing {

// A call under way, and its result when it is there.
struct Started {
  std::optional<client::CallResult> result = {};
  [[nodiscard]] bool done() const { return result.has_value(); }
  [[nodiscard]] const Error& error() const {
    if (!done() || !result->error) throw std::logic_error("the call has not failed");
    return *result->error;
  }
};

class CoreFixture : public ::testing::Test {
 protected:
  static constexpr std::string_view update_request =
      R"({"TableName":"Movies","Key":{"id":{"N":"7"}},"UpdateExpression":"SET a = b"})";

  CoreFixture() { settings_.credentials = static_credentials("AKID", "secret"); }

  client::ClientCore& core() {
    if (!core_) core_.emplace(settings_, transport_);
    return *core_;
  }

  std::shared_ptr<Started> start(std::string_view operation, std::string_view body = update_request,
                                 client::CallOptions options = {}) {
    return start(client::Operation::named(operation), body, std::move(options));
  }
  std::shared_ptr<Started> start(const client::Operation& operation, std::string_view body = update_request,
                                 client::CallOptions options = {}) {
    auto started = std::make_shared<Started>();
    core().start(operation, std::string(body), std::move(options), [started](client::CallResult result) {
      EXPECT_FALSE(started->done()) << "a call ends once";
      started->result = std::move(result);
    });
    return started;
  }

  // The same, to its end.
  client::CallResult call(std::string_view operation, std::string_view body = update_request,
                          client::CallOptions options = {}) {
    return call(client::Operation::named(operation), body, std::move(options));
  }
  client::CallResult call(const client::Operation& operation, std::string_view body = update_request,
                          client::CallOptions options = {}) {
    const auto started = start(operation, body, std::move(options));
    if (!loop_.run_until([&] { return started->done(); })) throw std::logic_error("the call never ended");
    return std::move(*started->result);
  }

  void script(const wire::Answer& answer, int times = 1) {
    for (int i = 0; i < times; ++i) transport_->script(answer);
  }
  static wire::Answer with_header(wire::Response response, std::string_view header) {
    response.headers.append(header).append("\r\n");
    return response;
  }
  static wire::Answer failure(wire::Failure::Kind kind, bool maybe_executed) {
    return wire::Failure{.kind = kind, .maybe_executed = maybe_executed, .message = "as the test says"};
  }

  [[nodiscard]] std::size_t requests() const { return transport_->request_count(); }
  [[nodiscard]] std::chrono::nanoseconds elapsed() { return loop_.clock().steady() - begun_; }

  ManualLoop loop_;
  std::shared_ptr<MemoryTransport> transport_ = std::make_shared<MemoryTransport>(loop_);
  client::ClientCore::Settings settings_{
      .region = "eu-west-1", .endpoint = {.tls = true, .host = "dynamodb.eu-west-1.amazonaws.com"}, .random_seed = 42};
  base::SteadyTime begun_ = loop_.clock().steady();

 private:
  std::optional<client::ClientCore> core_;
};

}  // namespace drift::testing
