// The items of an index (Migration::index): those alone, each once, wherever their index key is moved to meanwhile.
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <set>
#include <stop_token>
#include <string>

namespace drift::testing {

namespace {

class IndexTest : public MigratorFixture {
 protected:
  // {id, n: 0, due, state: "open"}, the first `open` of them with a state; indexes by_state (state, due) with
  // everything, and names, by state, with keys only.
  void fill_indexed(std::size_t count, std::size_t open) {
    const KeyAttribute state{.name = "state"};
    plain().create_table({.name = table(),
                          .key = {{.name = "id", .type = Type::number}},
                          .indexes = {{.name = "by_state", .key = {state, {.name = "due", .type = Type::number}}},
                                      {.name = "names", .key = {state}, .keys_only = true}}});
    std::vector<Attributes> puts;
    for (std::size_t i = 0; i < count; ++i) {
      Attributes item{{"id", i}, {"n", 0}, {"due", i}};
      if (i < open) item.emplace("state", "open");
      puts.push_back(std::move(item));
    }
    plain().batch_write(table(), puts);
  }
  Migration of_index(Callback up = count_up, const std::string& index = "by_state") {
    Migration migration = this->migration(std::move(up));
    migration.revision = "1";
    migration.index = index;
    return migration;
  }
  // Behind all others, so that a scan that goes on comes upon it again.
  void move_to_end(std::int64_t id) {
    plain().update_item(table(), {{"id", id}}, {.text = "SET due = :end", .values = {{":end", 1'000'000}}});
  }
  std::set<std::int64_t> ids_with(std::int64_t n) {
    std::set<std::int64_t> ids;
    for (const auto& [id, item] : items()) {
      if (item.at("n").as_int64() == n) ids.insert(id);
    }
    return ids;
  }
};

constexpr std::size_t first_page = 1'024;  // items

TEST_F(IndexTest, only_its_items_are_read) {
  fill_indexed(10, 4);
  const Report report = migrator().run(of_index());
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 4U);
  EXPECT_EQ(report.callbacks_done, 4U);
  EXPECT_EQ(ids_with(1), (std::set<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(IndexTest, with_a_filter_both_hold) {
  fill_indexed(10, 4);
  Migration filtered = of_index();
  filtered.filter = {.text = "due > :one", .values = {{":one", 1}}};
  EXPECT_TRUE(migrator().run(filtered).ok());
  EXPECT_EQ(ids_with(1), (std::set<std::int64_t>{2, 3}));
}

TEST_F(IndexTest, an_item_that_is_moved_while_the_index_is_read_comes_once) {
  fill_indexed(first_page + 300, first_page + 300);
  std::atomic<int> scans = 0;
  network().before = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    // The first one proves the permission, the next is the first page.
    if (operation == "Scan" && ++scans == 3) move_to_end(5);
    return std::nullopt;
  };
  std::atomic<int> calls_of_five = 0;
  const auto up = [&](const Item& item, Actions& actions) {
    if (item.key().at("id") == 5) ++calls_of_five;
    // Not guarded: a second one would count twice.
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::exists});
  };
  const Report report = migrator().run(of_index(up), {.segments = 1});
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_GE(scans, 3);
  EXPECT_EQ(calls_of_five, 1);
  EXPECT_EQ(report.items_scanned, first_page + 300);
  EXPECT_EQ(report.actions_done, first_page + 300);
  EXPECT_EQ(ids_with(1).size(), first_page + 300);
}

TEST_F(IndexTest, what_came_before_a_stop_is_known_after_it) {
  fill_indexed(first_page + 300, first_page + 300);
  std::stop_source stop;
  const auto until_second_page = [&](const Item& item, Actions& actions) {
    if (item["due"].as_int64() >= static_cast<std::int64_t>(first_page)) stop.request_stop();
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::exists});
  };
  RunOptions options{.concurrency = 1, .segments = 1};
  options.stop = stop.get_token();
  const Report first = migrator().run(of_index(until_second_page), options);
  ASSERT_EQ(first.outcome, Outcome::stopped) << errors_of(first);
  ASSERT_EQ(first.items_scanned, first_page);
  move_to_end(5);

  const auto up = [](const Item& item, Actions& actions) {
    EXPECT_NE(item.key().at("id"), 5);
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::exists});
  };
  const Report rest = migrator().run(of_index(up), {.segments = 1});
  EXPECT_TRUE(rest.ok()) << errors_of(rest);
  EXPECT_EQ(rest.items_scanned, first_page + 300);
  EXPECT_EQ(ids_with(1).size(), first_page + 300);
}

TEST_F(IndexTest, a_streaming_run_may_move_its_own_items) {
  fill_indexed(first_page + 300, first_page + 300);
  const auto up = [](const Item& item, Actions& actions) {
    actions.update({.expression = "SET n = n + :one, due = :later",
                    .values = {{":one", 1}, {":later", item["due"].as_int64() + 500'000}}});
  };
  // So slow that items of the first page have moved before the last one is read.
  const Report report =
      migrator().run(of_index(up), {.segments = 1, .read_rate = Rate::units(10), .apply = Apply::streaming});
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, first_page + 300);
  EXPECT_EQ(ids_with(1).size(), first_page + 300);
}

TEST_F(IndexTest, an_item_that_leaves_it_is_left_alone) {
  fill_indexed(10, 10);
  const auto up = [this](const Item& item, Actions& actions) {
    if (item.key().at("id") == 3)
      plain().update_item(table(), {{"id", 3}}, {.text = "REMOVE #s", .names = {{"#s", "state"}}});
    count_up(item, actions);
  };
  EXPECT_TRUE(migrator().run(of_index(up)).ok());
  EXPECT_EQ(ids_with(0), (std::set<std::int64_t>{3}));
}

TEST_F(IndexTest, a_stamped_run_reads_the_table) {
  fill_indexed(10, 4);
  const Report report = migrator().run(of_index(), {.stamp = "_drift"});
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 10U);
  EXPECT_EQ(ids_with(1), (std::set<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(IndexTest, an_undo_is_about_all_items) {
  fill_indexed(6, 3);
  Migration both = of_index();
  both.down = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = n - :one", .values = {{":one", 1}}});
  };
  ASSERT_TRUE(migrator().run(both).ok());
  const Report report = migrator().undo(both);
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(report.items_scanned, 6U);
  EXPECT_EQ(ids_with(-1), (std::set<std::int64_t>{3, 4, 5}));
}

TEST_F(IndexTest, another_index_begins_anew_or_is_refused) {
  fill_indexed(10, 4);
  EXPECT_EQ(migrator().run(of_index(), {.items_max = 1}).outcome, Outcome::stopped);
  const Report report = migrator().run(of_index(count_up, ""));
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_FALSE(report.errors.empty());
  EXPECT_EQ(report.errors[0].code(), "RevisionChanged");
  EXPECT_NE(report.errors[0].message().find("the index by_state, not of the table"), std::string::npos);
  EXPECT_TRUE(migrator().run(of_index()).ok());
  EXPECT_EQ(ids_with(1).size(), 4U);
}

TEST_F(IndexTest, what_cannot_be_read_is_refused_by_name) {
  fill_indexed(2, 1);
  const Report none = migrator().run(of_index(count_up, "by_stat"));
  EXPECT_EQ(none.outcome, Outcome::refused);
  ASSERT_FALSE(none.errors.empty());
  EXPECT_NE(none.errors[0].message().find("has no index by_stat; it has by_state, names"), std::string::npos);
  const Report keys = migrator().run(of_index(count_up, "names"));
  EXPECT_EQ(keys.outcome, Outcome::refused);
  ASSERT_FALSE(keys.errors.empty());
  EXPECT_NE(keys.errors[0].message().find("KEYS_ONLY"), std::string::npos);
  EXPECT_EQ(ids_with(0).size(), 2U);
}

TEST_F(IndexTest, a_plan_reads_it_too) {
  fill_indexed(10, 4);
  const Plan planned = plan(client(), of_index());
  EXPECT_EQ(planned.index, "by_state");
  EXPECT_EQ(planned.items, 4U);
  EXPECT_EQ(planned.matched, 4U);
  EXPECT_EQ(plan(client(), of_index(), {.run = {.stamp = "_drift"}}).items, 10U);
}

}  // namespace

}  // namespace drift::testing
