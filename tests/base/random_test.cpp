#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace drift::base {
namespace {

TEST(Random, IsRepeatedByItsSeed) {
  Random a(7), b(7), c(8);
  const std::uint64_t first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
}

TEST(Random, StaysBelowItsBound) {
  Random random(1);
  std::array<int, 6> counts{};
  for (int i = 0; i < 6'000; ++i) ++counts.at(random.below(counts.size()));
  for (const int count : counts) EXPECT_GT(count, 800);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(random.below(1), 0U);
    EXPECT_LT(random.below(0xC000000000000000U), 0xC000000000000000U);
    const double unit = random.unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
}

TEST(Random, UuidsAreVersionFourAndDiffer) {
  std::set<std::string> uuids;
  for (int i = 0; i < 1'000; ++i) {
    const std::string uuid = random_uuid();
    ASSERT_EQ(uuid.size(), 36U);
    ASSERT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos);
    ASSERT_EQ(std::string({uuid[8], uuid[13], uuid[18], uuid[23]}), "----");
    ASSERT_EQ(uuid[14], '4');
    ASSERT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos);
    uuids.insert(uuid);
  }
  EXPECT_EQ(uuids.size(), 1'000U);
}

}  // namespace
}  // namespace drift::base
