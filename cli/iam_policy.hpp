// The permissions that drift needs, as an IAM policy: which operations of the API it uses on which kind of table, and
// for what. The one list of them; tests/cli compares it with what is sent. Functions without state.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

enum class PermittedFor : std::uint8_t {
  plan,  // and verify, status, history
  run,   // and undo, resume, sweep
  init,
};

enum class PermittedOn : std::uint8_t {
  migrated,  // tables that are scanned
  indexes,   // that are scanned in place of their table (Migration::index)
  other,     // further tables that callbacks write
  metadata,
  runs,     // the run table: leases, runs, markers
  account,  // no table: of what has no resource of its own, so that the policy has to say "*"
};

// The names of IAM's actions without their prefix, in the order of the alphabet. A transaction has no action of its
// own, it needs those of its parts (Developer Guide, "Using IAM with DynamoDB transactions"); a batch has.
std::set<std::string_view> permissions(PermittedFor what, PermittedOn on);

// Of each kind the tables' ARNs; a kind without any is left out.
struct PolicyTables {
  std::set<std::string> migrated = {};
  std::set<std::string> indexes = {};
  std::set<std::string> other = {};
  std::string metadata = {};
  std::string runs = {};
};

// The policy document, indented, without a line's end at its end.
std::string iam_policy(const PolicyTables& tables, const std::vector<PermittedFor>& what);

}  // namespace drift::cli
