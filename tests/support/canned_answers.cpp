// CannedAnswers: see the header. The shapes are those of the API reference.
#include "support/canned_answers.hpp"

#include "support/memory_transport.hpp"

#include <optional>
#include <utility>

namespace drift::testing {

CannedAnswers::CannedAnswers(FaultTransport& network) {
  network.before = [this](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    const std::scoped_lock lock(mutex_);
    ++asked_[std::string(operation)];
    const auto found = answers_.find(operation);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
  };
  network.after = [this](std::string_view operation, wire::Answer answer) -> wire::Answer {
    auto* const response = std::get_if<wire::Response>(&answer);
    if (operation != "DescribeTable" || response == nullptr || response->status != 200) return answer;
    const std::scoped_lock lock(mutex_);
    std::string body = response->body;
    for (const auto& [behind, text] : described_) {
      if (const auto at = body.find(behind); at != std::string::npos) body.insert(at + behind.size(), text);
    }
    return ok(body);
  };
}

void CannedAnswers::answer(const std::string& operation, const std::string& json) {
  const std::scoped_lock lock(mutex_);
  answers_.insert_or_assign(operation, ok(json));
}

void CannedAnswers::refuse(const std::string& operation, std::string_view code) {
  const std::scoped_lock lock(mutex_);
  answers_.insert_or_assign(operation, refusal(400, code));
}

// API reference, "DescribeContinuousBackups".
void CannedAnswers::set_recovery(std::string_view status) {
  answer("DescribeContinuousBackups",
         R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":)"
         R"({"PointInTimeRecoveryStatus":")" +
             std::string(status) + R"("}}})");
}

// API reference, "DescribeLimits".
void CannedAnswers::set_table_quotas(int read_units, int write_units) {
  answer("DescribeLimits",
         R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,"TableMaxReadCapacityUnits":)" +
             std::to_string(read_units) + R"(,"TableMaxWriteCapacityUnits":)" + std::to_string(write_units) + "}");
}

// API reference, "TableDescription", "GlobalSecondaryIndexDescription", "OnDemandThroughput".
void CannedAnswers::set_maximum(int read_units, int write_units, const std::string& index) {
  const std::scoped_lock lock(mutex_);
  described_[index.empty() ? R"("Table":{)" : R"("IndexName":")" + index + R"(",)"] =
      R"("OnDemandThroughput":{"MaxReadRequestUnits":)" + std::to_string(read_units) + R"(,"MaxWriteRequestUnits":)" +
      std::to_string(write_units) + "},";
}

int CannedAnswers::asked(const std::string& operation) const {
  const std::scoped_lock lock(mutex_);
  const auto found = asked_.find(operation);
  return found == asked_.end() ? 0 : found->second;
}

}  // namespace drift::testing
