#include "migrate/table_capacity.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {
namespace {

using Indexes = std::vector<std::pair<std::string, double>>;

TEST(TableCapacity, IsWhatIsProvisioned) {
  const TableDescription table{.name = "T",
                               .indexes = {{.name = "i", .write_units = 3}, {.name = "local", .global = false}},
                               .read_units = 5,
                               .write_units = 6};
  EXPECT_EQ(capacity_of(table, Units::read).units, 5);
  EXPECT_EQ(capacity_of(table, Units::write).units, 6);
  EXPECT_EQ(capacity_of(table, Units::write).indexes, (Indexes{{"i", 3}}));
  EXPECT_TRUE(capacity_of(table, Units::read).indexes.empty());
}

TEST(TableCapacity, OnDemandIsWhatIsWarmElseAsANewTable) {
  EXPECT_EQ(capacity_of({.on_demand = true}, Units::read).units, 12'000);
  EXPECT_EQ(capacity_of({.on_demand = true}, Units::write).units, 4'000);
  const TableDescription warm{.on_demand = true, .warm_read_units = 20'000, .warm_write_units = 9'000};
  EXPECT_EQ(capacity_of(warm, Units::read).units, 20'000);
  EXPECT_EQ(capacity_of(warm, Units::write).units, 9'000);
}

TEST(TableCapacity, OnDemandIsNoMoreThanItsOwnMaximum) {
  const TableDescription table{.indexes = {{.name = "i", .warm_write_units = 9'000, .max_write_units = 200}},
                               .on_demand = true,
                               .max_read_units = 50'000,
                               .max_write_units = 100};
  EXPECT_EQ(capacity_of(table, Units::read).units, 12'000);
  EXPECT_EQ(capacity_of(table, Units::write).units, 100);
  EXPECT_EQ(capacity_of(table, Units::write).indexes, (Indexes{{"i", 200}}));
}

}  // namespace
}  // namespace drift::migrate
