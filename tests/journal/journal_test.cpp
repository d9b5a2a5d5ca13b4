// Journal: the queue, its outcomes, cursors and totals, within one opening and over several.
#include "journal/journal.hpp"

#include "fixture.hpp"

namespace drift::journal {
namespace {

using Sequences = std::vector<std::uint64_t>;

class JournalTest : public JournalFixture {};

TEST_F(JournalTest, knows_its_run_after_it_was_reopened) {
  create();
  reopen();
  const RunHeader header = journal_->header();
  const RunHeader expected = a_header();
  EXPECT_EQ(header.run_id, expected.run_id);
  EXPECT_EQ(header.number, expected.number);
  EXPECT_EQ(header.direction, expected.direction);
  EXPECT_EQ(header.meta_table, expected.meta_table);
  EXPECT_EQ(header.table, expected.table);
  EXPECT_EQ(header.table_arn, expected.table_arn);
  EXPECT_EQ(header.table_id, expected.table_id);
  EXPECT_EQ(header.key_schema, expected.key_schema);
  EXPECT_EQ(header.segments, expected.segments);
  EXPECT_EQ(header.created_at, expected.created_at);
  EXPECT_EQ(header.drift_version, expected.drift_version);
  EXPECT_EQ(header.revision, expected.revision);
  EXPECT_EQ(header.stamp, expected.stamp);
  EXPECT_EQ(header.epoch, expected.epoch);
  EXPECT_EQ(header.images, expected.images);
  EXPECT_EQ(journal_->file(), file_);
}

TEST_F(JournalTest, is_new_and_empty_at_first) {
  create();
  EXPECT_EQ(journal_->phase(), RunPhase::scanning);
  EXPECT_EQ(journal_->generation(), 1U);
  EXPECT_EQ(journal_->send_mark(), 0U);
  EXPECT_TRUE(journal_->cursors().empty());
  EXPECT_EQ(journal_->totals().queued, 0U);
  EXPECT_TRUE(pending_sequences().empty());
  EXPECT_TRUE(journal_->troubles(10).empty());
}

TEST_F(JournalTest, numbers_actions_and_groups_in_the_order_of_the_pages) {
  create();
  PageRecord page = a_page(0, "k1", 1, 2);
  page.groups.front().push_back(an_update(100));
  page.groups.front().back().ordinal = 1;
  page.groups.insert(page.groups.begin() + 1, std::vector<ActionRecord>{});  // a callback that queued nothing
  std::vector<PageRecord> pages{page, a_page(1, "k2", 3, 1)};
  journal_->append_pages(pages);
  EXPECT_EQ(pages[0].groups[0][0].sequence, 1U);
  EXPECT_EQ(pages[0].groups[0][1].sequence, 2U);
  EXPECT_EQ(pages[0].groups[0][1].group, 1U);
  EXPECT_EQ(pages[0].groups[2][0].sequence, 3U);
  EXPECT_EQ(pages[0].groups[2][0].group, 2U);
  EXPECT_EQ(pages[1].groups[0][0].sequence, 4U);
  EXPECT_EQ(pages[1].groups[0][0].group, 3U);
  reopen();
  append(a_page(0, "k3", 4, 1));
  const auto actions = journal_->pending(0, 10, SIZE_MAX);
  ASSERT_EQ(actions.size(), 5U);
  EXPECT_TRUE(same(actions[1], pages[0].groups[0][1]));
  EXPECT_TRUE(same(actions[3], pages[1].groups[0][0]));
  EXPECT_EQ(actions[4].sequence, 5U);
  EXPECT_EQ(actions[4].group, 4U);
}

TEST_F(JournalTest, an_action_knows_the_segment_of_its_item_also_when_it_was_replaced) {
  create();
  std::vector<PageRecord> pages{a_page(3, "k1", 1, 1), a_page(2, "k2", 2, 1)};
  journal_->append_pages(pages);
  EXPECT_EQ(pages[0].groups[0][0].segment, 3U);
  const auto rest = journal_->replace_rest(1, {an_update(8), an_update(9)});
  reopen();
  for (const ActionRecord& action : rest) {
    EXPECT_EQ(action.segment, 3U);
  }
  for (const auto& [action, outcome] : journal_->group(1)) {
    EXPECT_EQ(action.segment, 3U);
  }
  const auto actions = journal_->pending(0, 10, SIZE_MAX);
  ASSERT_EQ(actions.size(), 3U);
  EXPECT_EQ(actions[2].segment, 2U);
  EXPECT_EQ(journal_->backwards(4, 1, SIZE_MAX).at(0).first.segment, 2U);
}

TEST_F(JournalTest, gives_back_every_member_of_every_kind_of_action) {
  create();
  const std::string odd("a\0b \xff \xc3\xa4 '\"", 11);  // whatever bytes a caller hands in
  std::vector<ActionRecord> queued{
      {.ordinal = 0,
       .kind = ActionKind::update,
       .scanned_item = true,
       .table = "T",
       .key = "K",
       .expression = "E",
       .condition = "C",
       .names = "N",
       .values = "V"},
      {.ordinal = 1, .kind = ActionKind::insert, .table = "U", .key = odd, .item = std::string(400'000, 'x')},
      {.ordinal = 2, .kind = ActionKind::put, .scanned_item = true, .table = odd, .key = "K", .item = odd},
      {.ordinal = 3,
       .kind = ActionKind::remove,
       .table = "T",
       .key = "K",
       .condition = odd,
       .names = odd,
       .values = odd},
      {.ordinal = 4,
       .kind = ActionKind::recall,
       .table = "T",
       .key = "K",
       .guard = GuardKind::scanned_check,
       .repeat = RepeatKind::marker,
       .guarded = odd,
       .image = odd,
       .scanned_key = odd,
       .group_size = 5}};
  PageRecord page{.segment = 0, .last_key = odd, .groups = {queued}};
  append(page);
  reopen();
  const auto actions = journal_->pending(0, 10, SIZE_MAX);
  ASSERT_EQ(actions.size(), queued.size());
  for (std::size_t i = 0; i < queued.size(); ++i) {
    queued[i].sequence = i + 1;
    queued[i].place = i + 1;
    queued[i].group = 1;
    EXPECT_TRUE(same(actions[i], queued[i])) << i;
  }
  EXPECT_EQ(journal_->cursors().at(0).last_key, odd);
}

TEST_F(JournalTest, pending_gives_what_is_queued_or_failed_after_a_place) {
  create();
  append(a_page(0, "k", 1, 10));
  record({.sequence = 2, .state = ActionState::done});
  record({.sequence = 3, .state = ActionState::skipped});
  record({.sequence = 5, .state = ActionState::failed, .detail = "refused"});
  record({.sequence = 6, .state = ActionState::in_doubt, .detail = "lost"});
  record({.sequence = 10, .state = ActionState::done});
  EXPECT_EQ(pending_sequences(), (Sequences{1, 4, 5, 7, 8, 9}));
  EXPECT_EQ(pending_sequences(4), (Sequences{5, 7, 8, 9}));
  EXPECT_EQ(pending_sequences(4, 2), (Sequences{5, 7}));
  EXPECT_EQ(pending_sequences(9), (Sequences{}));
  EXPECT_EQ(pending_sequences(100), (Sequences{}));
  EXPECT_EQ(pending_sequences(0, 0), (Sequences{}));
  reopen();
  EXPECT_EQ(pending_sequences(), (Sequences{1, 4, 5, 7, 8, 9}));
}

TEST_F(JournalTest, pending_is_bounded_by_bytes_and_gives_at_least_one) {
  create();
  append(a_page(0, "k", 1, 10));
  const std::size_t bytes = journal_->pending(0, 1, SIZE_MAX).at(0).bytes();
  EXPECT_EQ(journal_->pending(0, 10, 0).size(), 1U);
  EXPECT_EQ(journal_->pending(0, 10, bytes * 3).size(), 3U);
  EXPECT_EQ(journal_->pending(0, 10, bytes * 3 - 1).size(), 2U);
  record({.sequence = 2});
  EXPECT_EQ(journal_->pending(0, 10, bytes * 3).size(), 3U);  // over a gap as well
}

TEST_F(JournalTest, the_last_outcome_counts_and_what_was_consumed_adds_up) {
  create();
  append(a_page(0, "k", 1, 2));
  record({.sequence = 1, .state = ActionState::failed, .detail = "refused", .write_units = 1.5, .throttled = 2});
  EXPECT_EQ(journal_->totals().failed, 1U);
  record({.sequence = 1, .state = ActionState::in_doubt, .detail = "lost", .write_units = 1, .throttled = 1});
  record({.sequence = 1, .state = ActionState::done, .write_units = 1});
  record({.sequence = 2, .state = ActionState::done, .write_units = 1});
  record({.sequence = 2, .state = ActionState::queued});
  for (int round = 0; round < 2; ++round) {
    const Totals totals = journal_->totals();
    EXPECT_EQ(totals.done, 1U);
    EXPECT_EQ(totals.failed, 0U);
    EXPECT_EQ(totals.in_doubt, 0U);
    EXPECT_DOUBLE_EQ(totals.write_units, 4.5);
    EXPECT_EQ(totals.throttled, 3U);
    EXPECT_EQ(pending_sequences(), (Sequences{2}));
    reopen();
  }
}

TEST_F(JournalTest, troubles_are_the_failed_and_the_doubtful_with_their_actions) {
  create();
  append(a_page(0, "k", 1, 5));
  record({.sequence = 1, .state = ActionState::failed, .detail = "will be tried again"});
  record({.sequence = 2, .state = ActionState::failed, .detail = "refused", .write_units = 1, .throttled = 3});
  record({.sequence = 4, .state = ActionState::in_doubt, .detail = "answer lost"});
  record({.sequence = 5, .state = ActionState::skipped});
  record({.sequence = 1, .state = ActionState::done});
  reopen();
  const auto troubles = journal_->troubles(10);
  ASSERT_EQ(troubles.size(), 2U);
  EXPECT_EQ(troubles[0].first.sequence, 2U);
  EXPECT_EQ(troubles[0].first.key, an_update(2).key);
  EXPECT_EQ(troubles[0].second.state, ActionState::failed);
  EXPECT_EQ(troubles[0].second.detail, "refused");
  EXPECT_EQ(troubles[0].second.throttled, 3U);
  EXPECT_EQ(troubles[1].second.state, ActionState::in_doubt);
  EXPECT_EQ(troubles[1].second.detail, "answer lost");
  EXPECT_EQ(journal_->troubles(1).size(), 1U);
  ASSERT_EQ(journal_->troubles(1, ActionState::in_doubt).size(), 1U);
  EXPECT_EQ(journal_->troubles(1, ActionState::in_doubt)[0].first.sequence, 4U);
  ASSERT_EQ(journal_->troubles(9, ActionState::failed).size(), 1U);
  EXPECT_EQ(journal_->troubles(9, ActionState::failed)[0].first.sequence, 2U);
}

TEST_F(JournalTest, an_outcome_for_an_action_that_was_never_queued_is_refused_whole) {
  create();
  append(a_page(0, "k", 1, 2));
  const std::vector<ActionOutcome> outcomes{{.sequence = 1}, {.sequence = 3}};
  EXPECT_EQ(error_of([&] { journal_->record(outcomes); }).code(), "JournalError");
  record({.sequence = 2});
  EXPECT_EQ(journal_->totals().done, 1U);
  EXPECT_EQ(pending_sequences(), (Sequences{1}));
}

TEST_F(JournalTest, cursors_stand_behind_the_last_page_of_each_segment) {
  create();
  append(a_page(2, "c", 1, 1));
  append(a_page(0, "a", 2, 1));
  std::vector<PageRecord> pages{a_page(0, "b", 3, 1), a_page(2, "", 4, 1)};
  journal_->append_pages(pages);
  for (int round = 0; round < 2; ++round) {
    const auto cursors = journal_->cursors();
    ASSERT_EQ(cursors.size(), 2U);
    EXPECT_EQ(cursors[0].segment, 0U);
    EXPECT_EQ(cursors[0].last_key, "b");
    EXPECT_FALSE(cursors[0].finished);
    EXPECT_EQ(cursors[1].segment, 2U);
    EXPECT_TRUE(cursors[1].finished);
    reopen();
  }
  EXPECT_EQ(error_of([&] { append(a_page(4, "x", 1, 1)); }).code(), "JournalError");
  EXPECT_EQ(journal_->totals().queued, 4U);
}

TEST_F(JournalTest, totals_are_the_sums_of_the_pages) {
  create();
  PageRecord page = a_page(0, "a", 1, 3);
  page.items = 10;
  page.callbacks = 8;
  page.throttled = 2;
  append(page);
  append(PageRecord{.segment = 1, .last_key = "b", .items = 5, .callbacks = 5, .read_units = 0.5});
  reopen();
  const Totals totals = journal_->totals();
  EXPECT_EQ(totals.items, 15U);
  EXPECT_EQ(totals.callbacks, 13U);
  EXPECT_EQ(totals.queued, 3U);
  EXPECT_EQ(totals.throttled, 2U);
  EXPECT_DOUBLE_EQ(totals.read_units, 129.0);
}

TEST_F(JournalTest, its_phase_is_durable) {
  create();
  for (const RunPhase phase : {RunPhase::applying, RunPhase::recording, RunPhase::recorded, RunPhase::scanning}) {
    journal_->set_phase(phase);
    reopen();
    EXPECT_EQ(journal_->phase(), phase);
  }
}

TEST_F(JournalTest, a_failed_append_leaves_the_journal_as_it_was) {
  create();
  append(a_page(0, "a", 1, 2));
  std::vector<PageRecord> pages{a_page(0, "b", 3, 2), a_page(99, "x", 5, 1)};
  pages[0].groups[0][0].expression = "SET a_shape_that_is_rolled_back = :v";
  EXPECT_EQ(error_of([&] { journal_->append_pages(pages); }).code(), "JournalError");
  EXPECT_EQ(journal_->totals().queued, 2U);
  EXPECT_EQ(journal_->cursors().at(0).last_key, "a");
  pages.pop_back();
  journal_->append_pages(pages);
  reopen();
  EXPECT_EQ(pending_sequences(), (Sequences{1, 2, 3, 4}));
  EXPECT_EQ(journal_->pending(2, 1, SIZE_MAX).at(0).expression, "SET a_shape_that_is_rolled_back = :v");
}

TEST_F(JournalTest, more_different_expressions_than_are_remembered_all_come_back) {
  create();
  constexpr std::size_t count = 3'000;
  PageRecord page = a_page(0, "a", 1, count);
  for (std::size_t i = 0; i < count; ++i) {
    page.groups[i][0].expression = "SET a[" + std::to_string(i % 1'700) + "] = :v" + std::string(i % 700, ' ');
  }
  append(page);
  reopen();
  const auto actions = journal_->pending(0, count, SIZE_MAX);
  ASSERT_EQ(actions.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(actions[i].expression, page.groups[i][0].expression);
  }
}

TEST_F(JournalTest, remove_leaves_nothing_behind) {
  create();
  append(a_page(0, "a", 1, 10));
  Journal::remove(std::move(journal_));
  EXPECT_TRUE(fs::is_empty(file_.parent_path()));
  create();  // the name is free again
  EXPECT_EQ(journal_->totals().queued, 0U);
}

}  // namespace
}  // namespace drift::journal
