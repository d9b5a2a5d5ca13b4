// CannedAnswers: what DynamoDB answers and the local server does not: of the account's quotas, of recovery, and of a
// table's own maximum. Of any operation an answer or a refusal in the server's place. The rest comes from the server.
// Everything may be called from any thread, and holds for requests that are sent afterwards.
#pragma once

#include "support/fault_transport.hpp"
#include "wire/transport.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace drift::testing {

class CannedAnswers {
 public:
  // Takes the network's `before` and `after` for itself, until the end of both.
  explicit CannedAnswers(FaultTransport& network);
  CannedAnswers(const CannedAnswers&) = delete;
  CannedAnswers& operator=(const CannedAnswers&) = delete;

  void answer(const std::string& operation, const std::string& json);
  void refuse(const std::string& operation, std::string_view code);
  // PointInTimeRecoveryStatus: "ENABLED" or "DISABLED".
  void set_recovery(std::string_view status);
  // Of DescribeLimits; those of the account are 80,000.
  void set_table_quotas(int read_units, int write_units);
  // Of each table that is described, or of each index of this name; -1: one was taken away.
  void set_maximum(int read_units, int write_units, const std::string& index = "");
  // How often it was sent.
  [[nodiscard]] int asked(const std::string& operation) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, wire::Answer, std::less<>> answers_;
  std::map<std::string, std::string> described_;  // in DescribeTable's answer, by what it stands behind
  std::map<std::string, int> asked_;
};

}  // namespace drift::testing
