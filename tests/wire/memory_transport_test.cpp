// The tests' own transport: what it answers and when, and that each request is completed once.
#include "support/memory_transport.hpp"

#include "base/crc32.hpp"
#include "support/manual_loop.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace drift::testing {
namespace {

using wire::Answer;
using wire::Failure;
using wire::Response;

class MemoryTransportTest : public ::testing::Test {
 protected:
  static wire::Request request(std::string body, std::stop_token stop = {}) {
    wire::Request request;
    request.headers = "x-amz-target: DynamoDB_20120810.PutItem\r\n";
    request.body = std::move(body);
    request.stop = std::move(stop);
    return request;
  }

  void send(MemoryTransport& transport, std::string body, std::stop_token stop = {}) {
    transport.send(request(std::move(body), std::move(stop)), [this](const Answer& answer) {
      const auto* response = std::get_if<Response>(&answer);
      seen.push_back(response != nullptr ? response->body : "<" + std::get<Failure>(answer).message + ">");
    });
  }

  ManualLoop loop;
  std::vector<std::string> seen;
};

TEST_F(MemoryTransportTest, AnswersFromTheScriptThenFromTheHandler) {
  MemoryTransport transport(loop, [](const wire::Request& asked) { return ok("\"" + asked.body + "\""); });
  transport.script(refused("ValidationException", "no"));
  transport.script(lost());
  for (const std::string body : {"1", "2", "3"}) send(transport, body);
  EXPECT_TRUE(seen.empty());  // never inside send
  loop.run_posted();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], R"({"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no"})");
  EXPECT_EQ(seen[1].substr(0, 8), "<memory:");
  EXPECT_EQ(seen[2], "\"3\"");
  EXPECT_EQ(transport.request_count(), 3U);
  EXPECT_EQ(operation_name(transport.requests()[0]), "PutItem");
}

TEST_F(MemoryTransportTest, AnswersCarryTheirChecksum) {
  const auto answer = ok(R"({"a":1})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("x-amz-crc32"), std::to_string(base::crc32(answer.body)));
  EXPECT_FALSE(answer.header("x-amzn-requestid").empty());
}

TEST_F(MemoryTransportTest, HoldsRequestsBack) {
  MemoryTransport transport(loop, [](const wire::Request& asked) { return ok(asked.body); });
  transport.hold();
  for (const std::string body : {"1", "2", "3"}) send(transport, body);
  loop.run_posted();
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(transport.held(), 3U);
  EXPECT_EQ(transport.in_flight_max(), 3U);
  transport.release();
  loop.run_posted();
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(transport.held(), 0U);
}

TEST_F(MemoryTransportTest, LatencyIsInTheLoopsTime) {
  MemoryTransport transport(loop);
  transport.set_latency(std::chrono::seconds(5));
  send(transport, "");
  loop.advance(std::chrono::milliseconds(4'999));
  EXPECT_TRUE(seen.empty());
  loop.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(seen, (std::vector<std::string>{"{}"}));
}

TEST_F(MemoryTransportTest, AStopTokenCancelsWhatIsHeldAndWhatIsSlow) {
  MemoryTransport transport(loop);
  std::stop_source stop;
  transport.set_latency(std::chrono::hours(1));
  send(transport, "slow", stop.get_token());
  transport.hold();
  send(transport, "held", stop.get_token());
  stop.request_stop();
  loop.run_posted();
  EXPECT_EQ(seen, (std::vector<std::string>(2, "<the request was cancelled>")));
  transport.release();
  loop.run_all();
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(MemoryTransportTest, ItsEndCompletesEverything) {
  {
    MemoryTransport transport(loop);
    transport.hold();
    send(transport, "1");
    send(transport, "2");
  }
  loop.run_posted();
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(MemoryTransportTest, OnItsOwnThreadItServesMany) {
  std::atomic<int> answered = 0;
  {
    MemoryTransport transport([](const wire::Request& asked) { return ok(asked.body); });
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        std::stop_source stop;
        for (int i = 0; i < 500; ++i) {
          transport.send(request("x", stop.get_token()), [&](const Answer&) {
            EXPECT_TRUE(transport.loop().on_loop_thread());
            ++answered;
          });
        }
        stop.request_stop();
      });
    }
    threads.clear();
  }
  EXPECT_EQ(answered, 2'000);
}

}  // namespace
}  // namespace drift::testing
