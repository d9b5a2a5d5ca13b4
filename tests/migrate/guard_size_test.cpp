// How large a guard's condition is, against DynamoDB's limits.
#include "migrate/guard.hpp"
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::testing {
namespace {

using migrate::Guarded;

TEST(GuardSizeTest, NoConditionIsLargerThanWhatIsSaidOfItBeforehand) {
  for (const std::size_t count : {1U, 2U, 11U, 101U, 1'001U, 11'001U}) {
    for (const std::size_t present : {std::size_t{0}, std::size_t{1}, count}) {
      Guarded guarded;
      std::string image = "{";
      for (std::size_t i = 0; i < count; ++i) {
        guarded.names.push_back("a" + std::to_string(i));
        if (i >= present) continue;
        if (i > 0) image += ',';
        image.append("\"a").append(std::to_string(i)).append(R"(":{"N":"1"})");
      }
      image += '}';
      const auto condition = migrate::unchanged_condition(migrate::guarded_text(guarded), image, R"({"k":{"N":"1"}})");
      const auto most = migrate::size_at_most(guarded, image);
      ASSERT_TRUE(most);
      EXPECT_LE(condition.text.size(), most->bytes) << count << " names, " << present << " present";
      EXPECT_LE(condition.operators, most->operators) << count << " names, " << present << " present";
      EXPECT_LE(condition.values.size(), most->value_bytes) << count << " names, " << present << " present";
    }
  }
  EXPECT_FALSE(migrate::size_at_most({.all = true}, R"({"a":{"N":"1"}})")) << "the image has to be read";
}

class LargeGuardTest : public MigratorFixture {
 protected:
  // A run whose callback looks at so many attributes that are not there.
  Report run_looking_at(int attributes) {
    return run([attributes](const Item& item, Actions& actions) {
      for (int i = 0; i < attributes; ++i) EXPECT_FALSE(item.contains("absent" + std::to_string(i)));
      actions.update({.expression = "SET seen = :yes", .values = {{":yes", true}}});
    });
  }
};

TEST_F(LargeGuardTest, OneThatJustFitsIsTaken) {
  fill(3);
  const Report report = run_looking_at(112);  // of which not all fit by the size said beforehand
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.actions_done, 3U);
}

TEST_F(LargeGuardTest, OneThatDoesNotFitIsRefusedInTheCallback) {
  fill(3);
  const Report report = run_looking_at(130);
  EXPECT_EQ(report.callback_errors, 3U);
  EXPECT_EQ(report.actions_queued, 0U);
  EXPECT_NE(errors_of(report).find("more than the 4,096 bytes"), std::string::npos) << errors_of(report);
}

}  // namespace
}  // namespace drift::testing
