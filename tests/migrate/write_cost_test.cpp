// The write units of a write, by the rules of the Developer Guide: of the table by the larger size, of an index by what
// becomes of its entry.
#include "migrate/write_cost.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {
namespace {

TableDescription table_with(IndexDescription index) {
  return {.name = "T", .key = {{.name = "id", .type = Type::number}}, .indexes = {std::move(index)}};
}

IndexDescription by_year(std::string projection = "ALL", std::vector<std::string> projected = {}) {
  return {.name = "by_year",
          .key = {{.name = "year", .type = Type::number}},
          .projection = std::move(projection),
          .projected = std::move(projected)};
}

double index_units(const IndexDescription& index, const Attributes& before, const Attributes& after) {
  return write_cost(table_with(index), &before, &after).indexes.at(0);
}

TEST(WriteCost, TheTableCountsTheLargerSizeInBegunKilobytes) {
  const TableDescription table{.name = "T", .key = {{.name = "id", .type = Type::number}}};
  const Attributes small{{"id", 1}};
  const Attributes large{{"id", 1}, {"text", std::string(2'500, 'x')}};
  EXPECT_EQ(write_cost(table, nullptr, &small).table, 1);
  EXPECT_EQ(write_cost(table, &small, &large).table, 3);
  EXPECT_EQ(write_cost(table, &large, &small).table, 3);
  EXPECT_EQ(write_cost(table, &large, nullptr).table, 3);
  EXPECT_EQ(write_cost(table, nullptr, nullptr).table, 1) << "a removal of nothing";
}

TEST(WriteCost, AnIndexWithoutAnEntryCostsNothing) {
  EXPECT_EQ(index_units(by_year(), {{"id", 1}}, {{"id", 1}, {"a", 2}}), 0);
  EXPECT_EQ(index_units(by_year(), {{"id", 1}, {"year", "1987"}}, {{"id", 1}, {"year", "1988"}}), 0)
      << "of another type than its key's";
}

TEST(WriteCost, AnEntryThatComesOrGoesCostsItsSize) {
  const std::string text(1'500, 'x');
  EXPECT_EQ(index_units(by_year(), {{"id", 1}, {"t", text}}, {{"id", 1}, {"t", text}, {"year", 1}}), 2);
  EXPECT_EQ(index_units(by_year(), {{"id", 1}, {"t", text}, {"year", 1}}, {{"id", 1}, {"t", text}}), 2);
  EXPECT_EQ(index_units(by_year("KEYS_ONLY"), {{"id", 1}, {"t", text}}, {{"id", 1}, {"t", text}, {"year", 1}}), 1);
}

TEST(WriteCost, AChangedKeyIsARemovalAndAPut) {
  EXPECT_EQ(index_units(by_year(), {{"id", 1}, {"year", 1}}, {{"id", 1}, {"year", 2}}), 2);
}

TEST(WriteCost, UnitsOfAnIndexGoToPartitionKeys) {
  const auto keys = [](const Attributes* before, const Attributes* after) {
    std::vector<std::pair<Value, double>> found;
    for (const KeyCost& cost : write_cost(table_with(by_year()), before, after).keys) {
      EXPECT_EQ(cost.index, 0U);
      found.emplace_back(cost.partition, cost.units);
    }
    return found;
  };
  using Keys = std::vector<std::pair<Value, double>>;
  const Attributes one{{"id", 1}, {"year", 1}};
  const Attributes two{{"id", 1}, {"year", 2}, {"t", std::string(1'500, 'x')}};
  const Attributes more{{"id", 1}, {"year", 2}};
  EXPECT_EQ(keys(&one, &two), (Keys{{1, 1}, {2, 2}}));
  EXPECT_EQ(keys(&two, &more), (Keys{{2, 2}}));
  EXPECT_EQ(keys(nullptr, &one), (Keys{{1, 1}}));
  EXPECT_EQ(keys(&two, nullptr), (Keys{{2, 2}}));
  EXPECT_EQ(keys(&one, &one), Keys{});
}

TEST(WriteCost, OnlyWhatIsProjectedCounts) {
  const Attributes before{{"id", 1}, {"year", 1}, {"a", 1}};
  const Attributes after{{"id", 1}, {"year", 1}, {"a", 2}};
  EXPECT_EQ(index_units(by_year("ALL"), before, after), 1);
  EXPECT_EQ(index_units(by_year("KEYS_ONLY"), before, after), 0);
  EXPECT_EQ(index_units(by_year("INCLUDE", {"a"}), before, after), 1);
  EXPECT_EQ(index_units(by_year("INCLUDE", {"b"}), before, after), 0);
}

TEST(WriteCost, ALocalIndexIsTheTables) {
  IndexDescription local = by_year();
  local.global = false;
  const Attributes before{{"id", 1}, {"year", 1}};
  const Attributes after{{"id", 1}, {"year", 2}};
  const WriteCost cost = write_cost(table_with(local), &before, &after);
  EXPECT_EQ(cost.table, 3);
  EXPECT_EQ(cost.indexes, (std::vector<double>{0}));
}

TEST(WriteCost, OfAnUnknownItemTheLeast) {
  const WriteCost cost = least_write_cost(table_with(by_year()));
  EXPECT_EQ(cost.table, 1);
  EXPECT_EQ(cost.indexes, (std::vector<double>{1}));
}

}  // namespace
}  // namespace drift::migrate
