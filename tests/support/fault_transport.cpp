// FaultTransport: see the header.
#include "support/fault_transport.hpp"

#include "base/crc32.hpp"

#include <memory>
#include <stop_token>
#include <utility>

namespace drift::testing {

void FaultTransport::send(wire::Request request, Completion done) {
  const std::string operation = operation_of(request);
  if (before) {
    if (auto answer = before(operation, request)) {
      auto shared = std::make_shared<wire::Answer>(std::move(*answer));
      loop().post([shared, done = std::move(done)] { done(std::move(*shared)); });
      return;
    }
  }
  if (hold && hold(operation, request)) return swallow(request, std::move(done));
  if (!after) return inner_->send(std::move(request), std::move(done));
  inner_->send(std::move(request), [this, operation, done = std::move(done)](wire::Answer answer) {
    done(after(operation, std::move(answer)));
  });
}

namespace {

// A request that waits for its own cancellation; it owns itself until then.
struct Swallowed {
  base::Loop& loop;
  wire::Transport::Completion done;
  std::shared_ptr<Swallowed> self = {};
  std::unique_ptr<std::stop_callback<std::function<void()>>> cancelled = {};

  void end() {
    loop.post([keep = std::move(self)] {
      keep->done(wire::Failure{
          .kind = wire::Failure::Kind::cancelled, .maybe_executed = true, .message = "given up while it was held"});
      keep->cancelled.reset();
    });
  }
};

}  // namespace

void FaultTransport::swallow(const wire::Request& request, Completion done) {
  auto held = std::make_shared<Swallowed>(Swallowed{.loop = loop(), .done = std::move(done)});
  held->self = held;
  // Registered on the loop, so that a stop that is there already does not call back into whoever sends.
  loop().post([held, stop = request.stop] {
    held->cancelled =
        std::make_unique<std::stop_callback<std::function<void()>>>(stop, [raw = held.get()] { raw->end(); });
  });
}

std::string operation_of(const wire::Request& request) {
  const auto target = wire::find_header(request.headers, "x-amz-target");
  return std::string(target.substr(target.find('.') + 1));
}

wire::Answer refusal(int status, std::string_view code, std::string_view message) {
  std::string body = R"({"__type":"com.amazonaws.dynamodb.v20120810#)";
  body.append(code).append(R"(","message":")").append(message).append("\"}");
  std::string headers = "x-amz-crc32: " + std::to_string(base::crc32(body)) + "\r\nx-amzn-requestid: TEST\r\n";
  return wire::Response{.status = status, .headers = std::move(headers), .body = std::move(body)};
}

wire::Answer lost_answer() {
  return wire::Failure{
      .kind = wire::Failure::Kind::lost, .maybe_executed = true, .message = "the connection broke, by the test"};
}

}  // namespace drift::testing
