// What DescribeTable says of a table, as far as drift uses it, and what CreateTable needs.
#pragma once

#include <drift/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace drift {

// A key attribute: its name and its type (string, number or binary).
struct KeyAttribute {
  std::string name = {};
  Type type = Type::string;
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// The partition key, then the sort key where there is one.
using KeySchema = std::vector<KeyAttribute>;

struct IndexDescription {
  std::string name = {};
  KeySchema key = {};
  bool global = true;                       // false: a local secondary index
  std::string status = {};                  // of a global one: "ACTIVE", "CREATING", ...
  std::string projection = "ALL";           // "ALL", "KEYS_ONLY", "INCLUDE"
  std::vector<std::string> projected = {};  // the further attributes of "INCLUDE"
  std::uint64_t read_units = 0;             // provisioned; 0: on demand
  std::uint64_t write_units = 0;
  std::uint64_t warm_read_units = 0;  // what it takes at once (WarmThroughput); 0: not said
  std::uint64_t warm_write_units = 0;
  std::uint64_t items_estimated = 0;  // about six hours old
  std::uint64_t bytes_estimated = 0;  // about six hours old
  std::uint64_t max_read_units = 0;   // on demand, its own maximum a second (OnDemandThroughput); 0: none
  std::uint64_t max_write_units = 0;
};

struct TableDescription {
  std::string name = {};
  std::string arn = {};
  std::string id = {};      // TableId: another one after the table was deleted and created anew or restored
  std::string status = {};  // "ACTIVE", "CREATING", "UPDATING", ...
  KeySchema key = {};
  std::vector<IndexDescription> indexes = {};
  std::uint64_t items_estimated = 0;  // about six hours old
  std::uint64_t bytes_estimated = 0;  // about six hours old
  bool on_demand = false;
  std::uint64_t read_units = 0;  // provisioned; 0 when on demand
  std::uint64_t write_units = 0;
  std::vector<std::string> replicas = {};  // regions of a global table's other replicas
  std::uint64_t warm_read_units = 0;       // what it takes at once (WarmThroughput); 0: not said
  std::uint64_t warm_write_units = 0;
  std::uint64_t max_read_units = 0;  // on demand, its own maximum a second (OnDemandThroughput); 0: none
  std::uint64_t max_write_units = 0;
};

// A global secondary index of a table to be created.
struct IndexSpec {
  std::string name = {};
  KeySchema key = {};
  bool keys_only = false;  // false: all attributes are projected
};

struct TableSpec {
  std::string name = {};
  KeySchema key = {};
  std::vector<IndexSpec> indexes = {};
  std::uint64_t read_units = 0;  // both 0: on demand
  std::uint64_t write_units = 0;
};

}  // namespace drift
