// A part of a table: Migration::filter says which items a migration is about, RunOptions::items_max how many of them a
// run may finish before it stops.
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <set>
#include <stop_token>
#include <string>

namespace drift::testing {

namespace {

class PartOfTableTest : public MigratorFixture {
 protected:
  Migration filtered(Expression filter, Callback up = count_up) {
    Migration filtered = migration(std::move(up));
    filtered.filter = std::move(filter);
    return filtered;
  }
  // Counts up, but while item 3 is looked at somebody else flags it.
  Callback with_a_live_writer() {
    return [this](const Item& item, Actions& actions) {
      if (item.key().at("id").as_int64() == 3) {
        plain().update_item(table(), {{"id", 3}}, {.text = "SET flag = :t", .values = {{":t", true}}});
      }
      count_up(item, actions);
    };
  }
  std::set<std::int64_t> counted() {
    std::set<std::int64_t> ids;
    for (const auto& [id, item] : items()) {
      if (item.at("n").as_int64() == 1) ids.insert(id);
    }
    return ids;
  }
};

TEST_F(PartOfTableTest, only_what_the_filter_lets_through_is_called) {
  fill(10);
  const Report report = migrator().run(filtered({.text = "#i < :k", .values = {{":k", 4}}, .names = {{"#i", "id"}}}));
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 10U) << "read and paid for";
  EXPECT_EQ(report.callbacks_done, 4U);
  EXPECT_EQ(counted(), (std::set<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(PartOfTableTest, an_item_that_a_live_writer_takes_out_of_it_is_left_alone) {
  fill(10);
  const Report report = migrator().run(filtered({.text = "attribute_not_exists(flag)"}, with_a_live_writer()));
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(counted().count(3), 0U) << "the filter does not hold for it any more";
  EXPECT_EQ(counted().size(), 9U);
}

TEST_F(PartOfTableTest, the_filter_is_guarded_beside_the_attributes_that_are_named) {
  fill(10);
  Migration named = filtered({.text = "attribute_not_exists(flag)"}, with_a_live_writer());
  named.reads = {"text"};
  EXPECT_TRUE(migrator().run(named).ok());
  EXPECT_EQ(counted().count(3), 0U);
  EXPECT_EQ(counted().size(), 9U);
}

TEST_F(PartOfTableTest, an_undo_with_a_callback_is_about_all_items) {
  fill(6);
  Migration both = filtered({.text = "n = :zero", .values = {{":zero", 0}}});
  both.down = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = n - :one", .values = {{":one", 1}}});
  };
  ASSERT_TRUE(migrator().run(both).ok());
  ASSERT_EQ(counted().size(), 6U);
  EXPECT_TRUE(migrator().undo(both).ok());
  EXPECT_EQ(count_where("n", 0), 6U);
}

TEST_F(PartOfTableTest, what_is_no_filter_is_refused_before_anything_is_read) {
  fill(2);
  for (const Expression& wrong :
       {Expression{.text = "n ="}, Expression{.text = "n = :missing"},
        Expression{.text = "n = :one", .values = {{":one", 1}, {":unused", 2}}}, Expression{.text = "SET n = n"}}) {
    const Report report = migrator().run(filtered(wrong));
    EXPECT_EQ(report.outcome, Outcome::refused) << wrong.text;
    ASSERT_FALSE(report.errors.empty());
    EXPECT_EQ(report.errors[0].code(), "ValidationException") << report.errors[0].what();
  }
  EXPECT_TRUE(counted().empty());
}

TEST_F(PartOfTableTest, a_run_of_some_items_stops_and_goes_on) {
  fill(10);
  const Report first = run(count_up, {.items_max = 3});
  EXPECT_EQ(first.outcome, Outcome::stopped) << errors_of(first);
  std::set<std::int64_t> named;
  for (const Attributes& key : first.items) named.insert(key.at("id").as_int64());
  EXPECT_EQ(named.size(), 3U);
  EXPECT_EQ(counted(), named);
  EXPECT_TRUE(migrator().applied().empty());

  EXPECT_EQ(run(count_up, {.items_max = 4}).outcome, Outcome::stopped);
  EXPECT_EQ(counted().size(), 7U);

  const Report rest = run(count_up);
  EXPECT_EQ(rest.outcome, Outcome::applied) << errors_of(rest);
  EXPECT_TRUE(rest.items.empty());
  EXPECT_EQ(counted().size(), 10U) << "each once";
}

TEST_F(PartOfTableTest, an_item_with_several_actions_counts_as_one) {
  fill(6);
  const auto twice = [](const Item& item, Actions& actions) {
    count_up(item, actions);
    actions.update({.expression = "SET seen = :t", .values = {{":t", true}}});
  };
  EXPECT_EQ(run(twice, {.items_max = 2}).outcome, Outcome::stopped);
  EXPECT_EQ(counted().size(), 2U);
  EXPECT_EQ(count_where("seen", true), 2U);
}

TEST_F(PartOfTableTest, as_many_as_there_are_is_the_whole_table) {
  fill(5);
  EXPECT_EQ(run(count_up, {.items_max = 5}).outcome, Outcome::applied);
  EXPECT_EQ(counted().size(), 5U);
}

TEST_F(PartOfTableTest, a_cap_is_not_taken_for_the_end_of_the_sample) {
  fill(10);
  const Report capped = run(count_up, {.concurrency = 1, .max_write_units = 2, .items_max = 5});
  EXPECT_EQ(capped.outcome, Outcome::stopped);
  EXPECT_TRUE(capped.items.empty());
  ASSERT_FALSE(capped.errors.empty());
  EXPECT_EQ(capped.errors[0].code(), "CostCap");
}

TEST_F(PartOfTableTest, a_run_that_was_begun_streaming_is_not_gone_on_with_by_some_items) {
  fill(200, 30'000);
  std::stop_source stop;
  std::atomic<int> called = 0;
  const auto stopping = [&](const Item& item, Actions& actions) {
    if (++called == 60) stop.request_stop();
    count_up(item, actions);
  };
  ASSERT_EQ(run(stopping, {.stop = stop.get_token(), .apply = Apply::streaming}).outcome, Outcome::stopped);
  const Report report = run(count_up, {.items_max = 3});
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_FALSE(report.errors.empty());
  EXPECT_EQ(report.errors[0].code(), "ConfigError");
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(counted().size(), 200U);
}

TEST_F(PartOfTableTest, some_items_are_not_for_a_run_that_streams) {
  fill(2);
  const Report report = run(count_up, {.items_max = 1, .apply = Apply::streaming});
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_FALSE(report.errors.empty());
  EXPECT_EQ(report.errors[0].code(), "ConfigError");
  EXPECT_TRUE(counted().empty());
}

}  // namespace

}  // namespace drift::testing
