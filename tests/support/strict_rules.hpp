// What AWS refuses of a request before it looks at any item, told from the operation's name and the request's JSON (API
// Reference of each operation; Developer Guide, "Quotas"). The local server lets part of it pass: more operators and IN
// operands than allowed, names that begin with "_" unescaped. Safe from any thread.
#pragma once

#include <drift/table.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace drift::testing {

// The key schemas of the tables that were seen, by name. Without its table's schema, what needs it goes unchecked.
class KeySchemas {
 public:
  // From an answer to CreateTable, DescribeTable, UpdateTable.
  void learn(std::string_view answer_json);
  void forget(const std::string& table);
  [[nodiscard]] std::optional<KeySchema> find(const std::string& table) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, KeySchema, std::less<>> schemas_;
};

inline constexpr std::size_t request_bytes_max = std::size_t{16} << 20U;
inline constexpr std::size_t transaction_bytes_max = std::size_t{4} << 20U;

// Throws Error with the code and in the sense of AWS's refusal: "ValidationException", "SerializationException".
void check_request(std::string_view operation, std::string_view body, const KeySchemas& schemas);

}  // namespace drift::testing
