// Scans and queries as ranges, over several pages, on the real local server.
#include "client/local_client_fixture.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace drift::testing {
namespace {

class ItemRangeTest : public LocalClientFixture {
 protected:
  std::string filled_table(int items, std::size_t bytes = 10) {
    std::string table = make_table();
    std::vector<Attributes> puts;
    puts.reserve(static_cast<std::size_t>(items));
    for (int id = 0; id < items; ++id) {
      puts.push_back({{"id", id}, {"even", id % 2 == 0}, {"pad", std::string(bytes, 'x')}});
    }
    client_->batch_write(table, puts);
    return table;
  }
  static std::vector<std::int64_t> ids(ItemRange range, const char* name = "id") {
    std::vector<std::int64_t> all;
    for (const Item& item : range) all.push_back(item[name].as_int64());
    return all;
  }
  static std::vector<std::int64_t> sorted(std::vector<std::int64_t> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  static std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to, std::int64_t step = 1) {
    std::vector<std::int64_t> all;
    for (std::int64_t n = from; n < to; n += step) all.push_back(n);
    return all;
  }
};

TEST_F(ItemRangeTest, OfAnEmptyTableIsEmpty) { EXPECT_TRUE(ids(client_->scan(make_table())).empty()); }

TEST_F(ItemRangeTest, AScanGoesOverAllPages) {
  const std::string table = filled_table(57);
  for (const std::uint32_t limit : {0U, 1U, 10U, 57U, 100U}) {
    EXPECT_EQ(sorted(ids(client_->scan(table, {.page_limit = limit}))), numbers(0, 57)) << limit;
  }
}

TEST_F(ItemRangeTest, AScanOfMoreThanAMegabyte) {
  EXPECT_EQ(sorted(ids(client_->scan(filled_table(60, 50'000)))), numbers(0, 60));
}

TEST_F(ItemRangeTest, PagesThatAFilterEmptiesAreGoneOver) {
  const std::string table = filled_table(40);
  const Expression filter{
      .text = "#e = :yes AND id >= :from", .values = {{":yes", true}, {":from", 30}}, .names = {{"#e", "even"}}};
  EXPECT_EQ(sorted(ids(client_->scan(table, {.filter = filter, .page_limit = 1}))), numbers(30, 40, 2));
}

TEST_F(ItemRangeTest, SegmentsTogetherAreTheTable) {
  const std::string table = filled_table(200);
  std::vector<std::int64_t> all;
  for (std::uint32_t segment = 0; segment < 4; ++segment) {
    const auto part = ids(client_->scan(table, {.segment = segment, .total_segments = 4, .page_limit = 7}));
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_EQ(sorted(all), numbers(0, 200));
}

TEST_F(ItemRangeTest, ItemsKnowTheirKeyAndOutliveTheRange) {
  const std::string table = filled_table(5);
  std::vector<Item> kept;
  for (const Item& item : client_->scan(table, {.page_limit = 2})) kept.push_back(item);
  ASSERT_EQ(kept.size(), 5U);
  std::set<std::int64_t> keys;
  for (const Item& item : kept) {
    EXPECT_EQ(item.key().size(), 1U);
    keys.insert(item.key().at("id").as_int64());
    EXPECT_EQ(item.attributes().size(), 3U);
  }
  EXPECT_EQ(keys.size(), 5U);
}

TEST_F(ItemRangeTest, AQueryGoesOverAllPagesInOrder) {
  const std::string table = make_sorted_table();
  std::vector<Attributes> puts;
  for (int n = 0; n < 50; ++n) {
    puts.push_back({{"pk", "a"}, {"sk", n}, {"odd", n % 2 == 1}});
    puts.push_back({{"pk", "b"}, {"sk", n}});
  }
  client_->batch_write(table, puts);
  const Expression of_a{.text = "pk = :a AND sk >= :from", .values = {{":a", "a"}, {":from", 10}}};
  EXPECT_EQ(ids(client_->query(table, {.key_condition = of_a, .page_limit = 7}), "sk"), numbers(10, 50));
  auto backward = ids(client_->query(table, {.key_condition = of_a, .forward = false, .page_limit = 7}), "sk");
  std::reverse(backward.begin(), backward.end());
  EXPECT_EQ(backward, numbers(10, 50));
  const Expression odd{.text = "pk = :a", .values = {{":a", "a"}, {":yes", true}}, .names = {{"#o", "odd"}}};
  EXPECT_EQ(ids(client_->query(table, {.key_condition = odd, .filter = "#o = :yes", .page_limit = 3}), "sk"),
            numbers(1, 50, 2));
}

TEST_F(ItemRangeTest, AProjectionLeavesTheRestAway) {
  const std::string table = filled_table(3);
  for (const Item& item : client_->scan(table, {.projection = "id"})) EXPECT_EQ(item.attributes().size(), 1U);
}

TEST_F(ItemRangeTest, OfAnIndex) {
  const std::string table = table_name();
  client_->create_table({.name = table,
                         .key = {{"id", Type::number}},
                         .indexes = {{.name = "by_kind", .key = {{"kind", Type::string}, {"id", Type::number}}}}});
  client_->batch_write(
      table, {{{"id", 1}, {"kind", "x"}}, {{"id", 2}}, {{"id", 3}, {"kind", "x"}}, {{"id", 4}, {"kind", "y"}}});
  const Expression x{.text = "kind = :x", .values = {{":x", "x"}}};
  EXPECT_EQ(ids(client_->query(table, {.key_condition = x, .consistent = false, .index = "by_kind"})),
            (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(sorted(ids(client_->scan(table, {.consistent = false, .index = "by_kind"}))),
            (std::vector<std::int64_t>{1, 3, 4}));
}

TEST_F(ItemRangeTest, OfATableThatIsNotThereThrowsAtTheFirstItem) {
  ItemRange range = client_->scan("NoSuchTable");
  EXPECT_EQ(error_of([&] { range.begin(); }).code(), "ResourceNotFoundException");
}

TEST_F(ItemRangeTest, ARangeThatWasMovedGoesOn) {
  ItemRange range = client_->scan(filled_table(9), {.page_limit = 2});
  auto first = range.begin();
  ++first;
  ItemRange moved = std::move(range);
  EXPECT_EQ(ids(std::move(moved)).size(), 8U) << "the first item has been passed already";
}

}  // namespace
}  // namespace drift::testing
