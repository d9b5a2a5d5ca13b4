// RunnerFixture: tables of numbered items, and processes that run a migration on them. Verbs: prepare, start, counts.
#pragma once

#include "live/runner_process.hpp"
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drift::testing {

class RunnerFixture : public MigratorFixture {
 protected:
  // A table for one migration.
  struct Case {
    std::uint64_t number = 0;
    std::string table = {};
    std::size_t items = 0;
  };

  // `kind`: "" or "-stamped", by which the runner knows that the run is a stamped one.
  Case prepare(std::uint64_t number, std::size_t items, const std::string& kind = {}) {
    Case made{.number = number, .table = table() + '-' + std::to_string(number) + kind, .items = items};
    make_table(made.table);
    std::vector<Attributes> puts;
    for (std::size_t id = 0; id < items; ++id) puts.push_back({{"id", id}, {"n", 0}});
    plain().batch_write(made.table, puts);
    return made;
  }
  std::unique_ptr<RunnerProcess> start(const Case& at, const std::string& state_name, const std::string& what = {},
                                       std::size_t count = 0, const std::string& through = {}) {
    std::vector<std::string> arguments{through.empty() ? endpoint() : through, table_name("meta"),
                                       std::to_string(at.number), at.table,
                                       (state_directory() / (std::to_string(at.number) + state_name)).string()};
    if (!what.empty()) arguments.insert(arguments.end(), {what, std::to_string(count)});
    return std::make_unique<RunnerProcess>(arguments);
  }
  // The items with n = 1, or what is wrong.
  std::string counts(const Case& of) {
    std::string wrong;
    const auto found = items(of.table);
    if (found.size() != of.items) wrong = std::to_string(found.size()) + " items;";
    for (const auto& [id, item] : found) {
      if (item.at("n") != Value(1)) wrong += " item " + std::to_string(id) + ": n = " + to_json(item.at("n")) + ';';
    }
    return wrong;
  }
};

}  // namespace drift::testing
