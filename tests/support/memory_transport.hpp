// MemoryTransport: a Transport without a network. Each request is answered by the next scripted answer, else by the
// handler; all requests are kept for the test to look at. Answers carry the x-amz-crc32 that their body has.
// It runs on a loop that is given (a ManualLoop: the test moves it; any other), or on a ThreadLoop of its own. Its
// handler is called on that loop. All else may be called from any thread.
#pragma once

#include "base/loop.hpp"
#include "wire/transport.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace drift::testing {

// 200 with this JSON, an x-amz-crc32 and an x-amzn-requestid.
wire::Response ok(std::string json);
// A refusal as DynamoDB words it: {"__type":"com.amazonaws.dynamodb.v20120810#<code>","message":"<message>"}. `more`:
// members that follow, e.g. ",\"Item\":{...}".
wire::Response refused(std::string_view code, std::string_view message = {}, int status = 400,
                       std::string_view more = {});
// Any answer, with the x-amz-crc32 of the body.
wire::Response response(int status, std::string body);
// The answer was lost on its way: the request may have been executed.
wire::Failure lost(bool maybe_executed = true);

// "PutItem", of the header x-amz-target.
std::string_view operation_name(const wire::Request& request);

class MemoryTransport final : public wire::Transport {
 public:
  using Handler = std::function<wire::Answer(const wire::Request&)>;

  // On a thread of its own. Without a handler what is not scripted gets 200 and "{}".
  explicit MemoryTransport(Handler handler = {});
  // On `loop`, which outlives it.
  explicit MemoryTransport(base::Loop& loop, Handler handler = {});
  // Completes what is not answered yet as cancelled.
  ~MemoryTransport() override;

  void send(wire::Request request, Completion done) override;
  [[nodiscard]] base::Loop& loop() override { return *loop_; }

  // Answers the next request that nothing is scripted for yet.
  void script(wire::Answer answer);
  // Every answer takes this long, in the loop's time.
  void set_latency(std::chrono::nanoseconds latency);
  // From now on requests are held back unanswered, until release() answers them in order. A held request whose stop
  // token is triggered completes as cancelled.
  void hold();
  void release();

  [[nodiscard]] std::vector<wire::Request> requests() const;
  [[nodiscard]] std::size_t request_count() const;
  [[nodiscard]] std::size_t held() const;
  // The most requests that were under way at once.
  [[nodiscard]] std::size_t in_flight_max() const;

 private:
  class State;
  std::unique_ptr<base::Loop> own_loop_;
  base::Loop* loop_;
  std::shared_ptr<State> state_;
};

}  // namespace drift::testing
