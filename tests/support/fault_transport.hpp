// FaultTransport: a Transport between a client and the real network that answers in the server's place, or spoils the
// server's answers, where a test says so. Set the functions before the first request; they run on the loop or on the
// thread that sends, so what they count must be atomic.
#pragma once

#include "wire/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drift::testing {

class FaultTransport final : public wire::Transport {
 public:
  // Before a request is sent: an answer instead of the server's, or an empty optional to send it.
  using Before = std::function<std::optional<wire::Answer>(std::string_view operation, const wire::Request&)>;
  // After the server has answered: the answer that the client gets.
  using After = std::function<wire::Answer(std::string_view operation, wire::Answer)>;

  explicit FaultTransport(std::shared_ptr<wire::Transport> inner) : inner_(std::move(inner)) {}

  // Whether a request is swallowed: it may have been executed, and no answer comes before the client gives it up.
  using Hold = std::function<bool(std::string_view operation, const wire::Request&)>;

  Before before = {};
  Hold hold = {};
  After after = {};

  void send(wire::Request request, Completion done) override;
  base::Loop& loop() override { return inner_->loop(); }

 private:
  void swallow(const wire::Request& request, Completion done);
  std::shared_ptr<wire::Transport> inner_;
};

// "UpdateItem", of a request's x-amz-target.
std::string operation_of(const wire::Request& request);

// A refusal as the server words it, its checksum right.
wire::Answer refusal(int status, std::string_view code, std::string_view message = "by the test");
// The connection broke after the request was sent.
wire::Answer lost_answer();

}  // namespace drift::testing
