// Marks: the metadata row by hand, and what it keeps of the migration's code.
#include "support/migrator_fixture.hpp"

#include <string>

namespace drift::testing {

namespace {

class MarksTest : public MigratorFixture {
 protected:
  Migration marked() {
    Migration marked = migration(count_up);
    marked.revision = "r1";
    return marked;
  }

  // The code of the Error that `work` throws.
  template <typename Work>
  static std::string refusal(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.code();
    }
    return "none";
  }
};

TEST_F(MarksTest, an_applied_row_has_the_revision_that_was_run) {
  fill(3);
  ASSERT_TRUE(migrator().run(marked()).ok());
  const auto rows = migrator().applied();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].revision, "r1");
  EXPECT_FALSE(rows[0].run_id.empty());
}

TEST_F(MarksTest, marking_touches_the_row_and_no_item) {
  fill(3);
  migrator().mark_applied(marked());
  const auto rows = migrator().applied();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].table, table());
  EXPECT_EQ(rows[0].revision, "r1");
  EXPECT_FALSE(rows[0].table_id.empty());
  EXPECT_FALSE(rows[0].applied_at.empty());
  EXPECT_TRUE(rows[0].run_id.empty()) << "nothing was run";
  EXPECT_EQ(count_where("n", 0), 3U);

  EXPECT_EQ(migrator().run(marked()).outcome, Outcome::refused) << "it is applied";
  migrator().mark_pending(1);
  EXPECT_TRUE(migrator().applied().empty());
  EXPECT_TRUE(migrator().run(marked()).ok());
  EXPECT_EQ(count_where("n", 1), 3U);
}

TEST_F(MarksTest, what_is_so_already_is_refused) {
  fill(1);
  EXPECT_EQ(refusal([&] { migrator().mark_pending(1); }), "NotApplied");
  migrator().mark_applied(marked());
  EXPECT_EQ(refusal([&] { migrator().mark_applied(marked()); }), "AlreadyApplied");
  EXPECT_EQ(migrator().applied().size(), 1U);
}

TEST_F(MarksTest, an_unfinished_run_is_in_the_way) {
  fill(3);
  const auto fails = [](const Item&, Actions&) { throw std::runtime_error("no"); };
  ASSERT_EQ(run(fails).outcome, Outcome::failed);
  EXPECT_EQ(refusal([&] { migrator().mark_applied(marked()); }), "Unfinished");
  EXPECT_TRUE(migrator().applied().empty());
  migrator().restart(1);
  migrator().mark_applied(marked());
  EXPECT_EQ(migrator().applied().size(), 1U);
}

TEST_F(MarksTest, a_failed_run_before_the_one_that_was_applied_is_not_in_the_way) {
  fill(3);
  const auto fails = [](const Item&, Actions&) { throw std::runtime_error("no"); };
  ASSERT_EQ(run(fails).outcome, Outcome::failed);
  ASSERT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_TRUE(unfinished_runs(migrator().history(1)).empty());
  migrator().mark_pending(1);
  migrator().mark_applied(marked());
  const auto rows = migrator().applied();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].run_id, migrator().history(1).front().run_id) << "whose journal is kept";
  EXPECT_EQ(migrator().undo(migration(count_up)).outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 3U);
}

TEST_F(MarksTest, what_was_kept_before_is_not_taken_for_what_a_run_without_images_has_left) {
  fill(3);
  ASSERT_EQ(run(count_up).outcome, Outcome::applied);
  migrator().mark_pending(1);
  ASSERT_EQ(run(count_up, {.before_images = false}).outcome, Outcome::applied);
  const Report undo = migrator().undo(migration(count_up));
  EXPECT_EQ(undo.outcome, Outcome::refused);
  ASSERT_FALSE(undo.errors.empty());
  EXPECT_EQ(undo.errors[0].code(), "NoImages");
  EXPECT_EQ(count_where("n", 2), 3U);
}

TEST_F(MarksTest, a_missing_last_word_of_a_run_is_said_by_the_next_one) {
  fill(3);
  const auto take_last_word = [&] {
    const std::string runs = table_name("meta") + ".runs";
    for (const Item& row : plain().scan(runs)) {
      if (!row.contains("Phase")) continue;
      plain().update_item(
          runs, row.key(),
          {.text = "SET Phase = :p, Outcome = :o REMOVE Ended", .values = {{":p", "record"}, {":o", "failed"}}});
      return;
    }
  };
  ASSERT_EQ(run(count_up).outcome, Outcome::applied);
  take_last_word();
  ASSERT_FALSE(unfinished_runs(migrator().history(1)).empty());
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 3U) << "each once";
  EXPECT_TRUE(unfinished_runs(migrator().history(1)).empty());
  EXPECT_EQ(migrator().history(1).front().outcome, Outcome::applied);

  EXPECT_EQ(migrator().undo(migration(count_up)).outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 3U);
}

TEST_F(MarksTest, a_table_that_does_not_exist_cannot_be_marked) {
  Migration elsewhere = marked();
  elsewhere.table = "no-such-table";
  EXPECT_EQ(refusal([&] { migrator().mark_applied(elsewhere); }), "ResourceNotFoundException");
  EXPECT_TRUE(migrator().applied().empty());
}

}  // namespace

}  // namespace drift::testing
