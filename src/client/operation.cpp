// The reads of the DynamoDB API. An operation that is missing here is taken for a write, which is the safe mistake.
#include "client/operation.hpp"

#include <algorithm>
#include <array>

namespace drift::client {
namespace {

// ExecuteStatement and its batch are not here: they may write.
constexpr std::array<std::string_view, 5> item_reads{"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"};

bool is_known_read(std::string_view name) {
  // All operations of the control plane that only look are named so (API reference, "Actions").
  if (name.starts_with("Describe") || name.starts_with("List")) return true;
  return std::find(item_reads.begin(), item_reads.end(), name) != item_reads.end();
}

}  // namespace

Operation::Operation(std::string_view operation_name, Repeat may_repeat)
    : name(operation_name), repeat(may_repeat), target_("DynamoDB_20120810.") {
  target_ += operation_name;
}

Operation Operation::named(std::string_view name) {
  return {name, is_known_read(name) ? Repeat::safe : Repeat::unsafe};
}

}  // namespace drift::client
