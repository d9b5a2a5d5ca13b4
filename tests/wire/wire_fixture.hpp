// What the tests of the transport share: a transport, and verbs to ask a server through it. A test's thread waits for
// its answers; nothing waits longer than a test may.
#pragma once

#include "support/http_server.hpp"
#include "wire/asio_transport.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drift::testing {

class WireFixture : public ::testing::Test {
 protected:
  void start_transport(wire::AsioTransportOptions options = {}) {
    transport_ = wire::make_asio_transport(std::move(options));
  }
  void stop_transport() { transport_.reset(); }
  wire::Transport& transport() {
    if (!transport_) start_transport();
    return *transport_;
  }

  static wire::Request request_to(const wire::Endpoint& endpoint, std::string body = "{}") {
    wire::Request request;
    request.endpoint = endpoint;
    request.headers = "host: " + endpoint.authority() + "\r\n";
    request.body = std::move(body);
    return request;
  }

  std::future<wire::Answer> start(wire::Request request) {
    auto promise = std::make_shared<std::promise<wire::Answer>>();
    transport().send(std::move(request), [promise](wire::Answer answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }

  static wire::Answer wait(std::future<wire::Answer> answer) {
    constexpr std::chrono::seconds patience{60};
    if (answer.wait_for(patience) != std::future_status::ready) {
      ADD_FAILURE() << "no answer within a minute";
      std::abort();  // the transport would go on to use what this test is about to destroy
    }
    return answer.get();
  }

  wire::Answer ask(wire::Request request) { return wait(start(std::move(request))); }
  wire::Answer ask(const HttpServer& server, std::string body = "{}") {
    return ask(request_to(server.endpoint(), std::move(body)));
  }

  // The answer's body, or "<kind>: message" of a failure.
  static std::string text_of(const wire::Answer& answer) {
    if (const auto* response = std::get_if<wire::Response>(&answer)) return response->body;
    const auto& failure = std::get<wire::Failure>(answer);
    return "<" + std::to_string(static_cast<int>(failure.kind)) + ">: " + failure.message;
  }

  static void expect_failure(const wire::Answer& answer, wire::Failure::Kind kind, bool maybe_executed,
                             const std::string& words = {}) {
    const auto* failure = std::get_if<wire::Failure>(&answer);
    ASSERT_NE(failure, nullptr) << "an answer came: " << text_of(answer);
    EXPECT_EQ(static_cast<int>(failure->kind), static_cast<int>(kind)) << failure->message;
    EXPECT_EQ(failure->maybe_executed, maybe_executed) << failure->message;
    EXPECT_NE(failure->message.find(words), std::string::npos) << failure->message;
  }

 private:
  std::unique_ptr<wire::Transport> transport_;
};

// A handler that gives back the request's body.
inline Reply echo(const ServedRequest& request) { return reply(200, request.body); }

}  // namespace drift::testing
