// The rules are in strict_rules.cpp; this puts them between a client and a server.
#include "support/strict_transport.hpp"

#include "support/memory_transport.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <optional>
#include <utility>

namespace drift::testing {

struct StrictTransport::Shared {
  KeySchemas schemas = {};
  mutable std::mutex mutex = {};
  std::vector<std::string> refusals = {};

  // The refusal of a request; empty when it may pass.
  std::optional<wire::Response> judge(const std::string& operation, const wire::Request& request) {
    if (request.headers.find("AWS4-HMAC-SHA256") == std::string::npos)
      return refuse(operation, "MissingAuthenticationTokenException", "Request must contain a valid signature");
    try {
      check_request(operation, request.body, schemas);
      return std::nullopt;
    } catch (const Error& error) {
      return refuse(operation, error.code(), error.message());
    }
  }

  wire::Response refuse(const std::string& operation, const std::string& code, const std::string& message) {
    {
      const std::lock_guard lock(mutex);
      refusals.push_back(operation + ": " + code + ": " + message);
    }
    std::string quoted;
    value::append_json_string(quoted, message);
    return refused(code, std::string_view(quoted).substr(1, quoted.size() - 2));
  }

  void learn(const wire::Answer& answer) {
    const auto* response = std::get_if<wire::Response>(&answer);
    if (response != nullptr && response->status == 200) schemas.learn(response->body);
  }
};

StrictTransport::StrictTransport(std::shared_ptr<wire::Transport> inner)
    : inner_(std::move(inner)), shared_(std::make_shared<Shared>()) {}
StrictTransport::~StrictTransport() = default;

void StrictTransport::send(wire::Request request, Completion done) {
  const std::string operation(operation_name(request));
  const bool is_dynamodb = wire::find_header(request.headers, "x-amz-target").starts_with("DynamoDB_");
  if (auto refusal = is_dynamodb ? shared_->judge(operation, request) : std::nullopt) {
    inner_->loop().post([done = std::move(done), answer = std::move(*refusal)] { done(answer); });
    return;
  }
  if (operation == "CreateTable" || operation == "DescribeTable" || operation == "UpdateTable") {
    done = [shared = shared_, inner = std::move(done)](wire::Answer answer) {
      shared->learn(answer);
      inner(std::move(answer));
    };
  }
  inner_->send(std::move(request), std::move(done));
}

std::vector<std::string> StrictTransport::refusals() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->refusals;
}

}  // namespace drift::testing
