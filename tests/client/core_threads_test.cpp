// One ClientCore used from many threads at once, over a transport whose loop is a thread of its own.
#include "client/core.hpp"
#include "support/memory_transport.hpp"
#include "value/json_object.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace drift::testing {
namespace {

constexpr int threads = 8;
constexpr int calls = 200;

// Has its answer ready only when it is asked on another thread.
class SlowProvider final : public CredentialsProvider {
 public:
  Credentials credentials() override {
    ++asked;
    return {.access_key_id = "AKID", .secret_access_key = "secret"};
  }
  std::atomic<int> asked = 0;
};

class CoreThreads : public ::testing::Test {
 protected:
  // Echoes a request; every fifth is throttled the first time.
  CoreThreads()
      : transport_(std::make_shared<MemoryTransport>([this](const wire::Request& request) -> wire::Answer {
          if (++served_ % 5 == 0) return refused("ThrottlingException");
          return ok(request.body);
        })) {}

  client::ClientCore::Settings settings() {
    return {.region = "us-east-1", .endpoint = {.host = "example.com"}, .credentials = provider_};
  }

  void in_threads(const std::function<void(int)>& work) {
    std::vector<std::jthread> all;
    all.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) all.emplace_back(work, thread);
  }

  std::atomic<int> served_ = 0;
  std::shared_ptr<SlowProvider> provider_ = std::make_shared<SlowProvider>();
  std::shared_ptr<MemoryTransport> transport_;
};

TEST_F(CoreThreads, EachCallGetsItsOwnAnswer) {
  client::ClientCore core(settings(), transport_);
  std::atomic<int> right = 0;
  in_threads([&](int thread) {
    const auto operation = client::Operation::named("UpdateItem");
    for (int i = 0; i < calls; ++i) {
      const std::string body = R"({"n":)" + std::to_string(thread * calls + i) + "}";
      if (core.call(operation, body, {.attempts_max = -1}) == body) ++right;
    }
  });
  EXPECT_EQ(right, threads * calls);
  EXPECT_EQ(provider_->asked, 1);
}

TEST_F(CoreThreads, CallsThatAreStoppedMidwayEndOnce) {
  client::ClientCore core(settings(), transport_);
  std::atomic<int> ended = 0;
  std::atomic<int> started = 0;
  in_threads([&](int) {
    const auto operation = client::Operation::named("GetItem");
    for (int i = 0; i < calls; ++i) {
      std::stop_source stop;
      ++started;
      core.start(operation, "{}", {.attempts_max = -1, .stop = stop.get_token()},
                 [&](const client::CallResult& result) {
                   EXPECT_TRUE(!result.error || result.error->code() == "Cancelled") << result.error->what();
                   ++ended;
                 });
      if (i % 2 == 0) stop.request_stop();
    }
  });
  // A last call comes behind all others in the loop's queue, but not behind their waits.
  const auto operation = client::Operation::named("GetItem");
  while (ended < started) core.call(operation, "{}", {.attempts_max = -1});
  EXPECT_EQ(ended, threads * calls);
}

TEST_F(CoreThreads, AClientMayEndRightAfterItsLastCall) {
  for (int i = 0; i < 100; ++i) {
    client::ClientCore core(settings(), transport_);
    core.call(client::Operation::named("GetItem"), "{}", {.attempts_max = -1});
  }
  EXPECT_EQ(provider_->asked, 100);
}

}  // namespace
}  // namespace drift::testing
