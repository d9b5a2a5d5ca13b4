// FaultCase: a migration of each class of action, with a model in plain C++ of what it leaves in the tables. For the
// random runs of fault_test.cpp; nothing here knows of faults.
#pragma once

#include <drift/drift.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace drift::testing {

using Items = std::map<std::int64_t, Attributes>;

// The scanned table, and the one that actions also write to.
struct TwoTables {
  Items scanned;
  Items other;
};

struct FaultCase {
  std::string name = {};
  // `other`: the name of the other table.
  std::function<Callback(const std::string& other)> up = {};
  std::function<void(TwoTables&)> model = {};
  Callback down = {};        // takes `up` back exactly, where it can
  bool can_restore = false;  // an undo without `down` takes all of it back, whatever was lost
  Guard guard = Guard::unchanged;
  bool exact = false;
  std::string version = {};
  bool images = true;
};

// Tables as before a run: the other one has some of the items' numbers, and some of its own.
TwoTables tables_before(std::size_t items);

const std::vector<FaultCase>& fault_cases();

// What differs, for a person; empty when nothing does.
std::string difference(const Items& found, const Items& expected);
std::string difference(const TwoTables& found, const TwoTables& expected);

}  // namespace drift::testing
