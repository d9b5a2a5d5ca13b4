// Trimming: what is dropped from the beginning of the queue and what is not, and what the journal says afterwards.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"
#include "said.hpp"

namespace drift::journal {
namespace {

using Sequences = std::vector<std::uint64_t>;

class TrimTest : public JournalFixture {
 protected:
  void finish(std::uint64_t first, std::uint64_t last) {
    std::vector<ActionOutcome> outcomes;
    for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
      outcomes.push_back({.sequence = sequence, .write_units = 1});
    }
    journal_->record(outcomes);
  }
  Sequences kept() {
    Sequences result;
    for (const auto& [action, outcome] : journal_->backwards(UINT64_MAX, SIZE_MAX, SIZE_MAX)) {
      result.insert(result.begin(), action.sequence);
    }
    return result;
  }
  std::string refusal_of(const std::function<void()>& work) {
    const Error error = error_of(work);
    EXPECT_EQ(error.code(), "JournalError");
    return error.message();
  }
};

TEST_F(TrimTest, drops_the_finished_beginning_and_goes_on_counting_it) {
  create();
  append(a_page(0, "a", 1, 10));
  EXPECT_EQ(journal_->trim(), 0U);
  finish(1, 2);
  record({.sequence = 3, .state = ActionState::skipped});
  record({.sequence = 4, .state = ActionState::gone, .write_units = 2});
  finish(7, 7);
  const std::string totals = text_of(journal_->totals());
  EXPECT_EQ(journal_->trim(), 4U);
  EXPECT_EQ(journal_->trim(), 0U);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(kept(), (Sequences{5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(pending_sequences(), (Sequences{5, 6, 8, 9, 10}));
    EXPECT_EQ(pending_sequences(2, 2), (Sequences{5, 6}));
    EXPECT_EQ(text_of(journal_->totals()), totals);
    reopen();
  }
  append(a_page(0, "b", 11, 1));
  EXPECT_EQ(pending_sequences(), (Sequences{5, 6, 8, 9, 10, 11}));  // the numbers go on
  finish(5, 11);
  EXPECT_TRUE(journal_->totals().complete());
}

TEST_F(TrimTest, a_queue_may_be_dropped_whole_and_goes_on) {
  create();
  append(a_page(0, "a", 1, 3));
  finish(1, 3);
  EXPECT_EQ(journal_->trim(), 3U);
  reopen();
  EXPECT_TRUE(kept().empty());
  EXPECT_TRUE(journal_->totals().complete());
  EXPECT_NE(refusal_of([&] { (void)journal_->group(3); }).find("no longer kept"), std::string::npos);
  append(a_page(0, "b", 4, 1));
  reopen();
  EXPECT_EQ(pending_sequences(), (Sequences{4}));
  EXPECT_EQ(journal_->group(4).size(), 1U);
}

TEST_F(TrimTest, what_is_left_to_do_or_to_decide_stays_with_all_behind_it) {
  for (const ActionState state :
       {ActionState::queued, ActionState::failed, ActionState::in_doubt, ActionState::quarantined, ActionState::sent}) {
    create();
    append(a_page(0, "a", 1, 4));
    finish(1, 4);
    record({.sequence = 2, .state = state});
    EXPECT_EQ(journal_->trim(), 1U);
    EXPECT_EQ(kept(), (Sequences{2, 3, 4}));
    finish(2, 2);
    EXPECT_EQ(journal_->trim(), 3U);
    Journal::remove(std::move(journal_));
  }
}

TEST_F(TrimTest, what_is_found_unfinished_again_before_the_trim_stays) {
  create();
  PageRecord page = a_page_of_groups({5, 1});
  append(page);
  finish(1, 4);
  EXPECT_EQ(journal_->trim(), 0U);  // and it has seen four that are finished
  record({.sequence = 2, .state = ActionState::failed});
  finish(5, 6);
  EXPECT_EQ(journal_->trim(), 0U);
  finish(2, 2);
  EXPECT_EQ(journal_->trim(), 6U);
}

TEST_F(TrimTest, groups_are_never_parted) {
  create();
  append(a_page_of_groups({2, 3, 1}));
  finish(1, 4);
  EXPECT_EQ(journal_->trim(), 2U);
  EXPECT_EQ(kept(), (Sequences{3, 4, 5, 6}));
  EXPECT_EQ(journal_->group(2).size(), 3U);
  finish(5, 5);
  EXPECT_EQ(journal_->trim(), 3U);
  EXPECT_EQ(kept(), (Sequences{6}));
}

TEST_F(TrimTest, a_group_waits_for_its_late_actions_and_goes_with_them) {
  create();
  append(a_page_of_groups({1, 2, 1}));
  const auto rest = journal_->replace_rest(2, {an_update(1), an_update(2), an_update(3)});
  ASSERT_EQ(rest.back().sequence, 5U);
  finish(1, 4);
  EXPECT_EQ(journal_->trim(), 1U);
  EXPECT_EQ(kept(), (Sequences{2, 3, 5, 4}));  // in the order in which they are due
  append(a_page(0, "b", 6, 1));
  finish(5, 5);
  EXPECT_EQ(journal_->trim(), 4U);
  EXPECT_EQ(kept(), (Sequences{6}));
}

TEST_F(TrimTest, a_late_action_of_a_dropped_group_is_gone_though_its_row_waits_for_its_turn) {
  create();
  append(a_page_of_groups({2, 1}));
  (void)journal_->replace_rest(1, {an_update(1), an_update(2), an_update(3)});
  finish(1, 2);
  finish(4, 4);
  EXPECT_EQ(journal_->trim(), 2U);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(kept(), (Sequences{3}));
    EXPECT_NE(refusal_of([&] { record({.sequence = 4}); }).find("no longer kept"), std::string::npos);
    EXPECT_NE(refusal_of([&] { (void)journal_->before(4); }).find("no longer kept"), std::string::npos);
    reopen();
  }
  finish(3, 3);
  EXPECT_EQ(journal_->trim(), 2U);
  EXPECT_TRUE(kept().empty());
}

TEST_F(TrimTest, an_action_with_a_marker_stays_for_its_removal) {
  create();
  PageRecord page = a_page_of_groups({1, 2, 1});
  page.groups[1][1].repeat = RepeatKind::marker;
  append(page);
  finish(1, 4);
  EXPECT_EQ(journal_->trim(), 1U);
  reopen();
  EXPECT_EQ(journal_->trim(), 0U);
  EXPECT_EQ(kept(), (Sequences{2, 3, 4}));
  EXPECT_TRUE(journal_->has(RepeatKind::marker));
}

TEST_F(TrimTest, a_class_is_known_after_all_its_actions_were_dropped) {
  create();
  append(a_page_of_groups({1}));
  finish(1, 1);
  EXPECT_EQ(journal_->trim(), 1U);
  reopen();
  EXPECT_TRUE(journal_->has(RepeatKind::guarded));
}

TEST_F(TrimTest, so_are_the_tables) {
  create();
  PageRecord page = a_page_of_groups({1, 1, 1});
  page.groups[0][0].table = "Orders";
  page.groups[1][0].table = "Copies";
  page.groups[2][0].table = "Orders";
  append(page);
  finish(1, 3);
  EXPECT_EQ(journal_->trim(), 3U);
  reopen();
  EXPECT_EQ(journal_->tables(), (std::vector<std::string>{"Copies", "Orders"}));
}

TEST_F(TrimTest, what_was_dropped_is_refused_by_name) {
  create();
  append(a_page(0, "a", 1, 3));
  finish(1, 2);
  EXPECT_EQ(journal_->trim(), 2U);
  EXPECT_NE(refusal_of([&] { (void)journal_->group(2); }).find("group 2"), std::string::npos);
  EXPECT_NE(refusal_of([&] { (void)journal_->replace_rest(1, {}); }).find("group 1"), std::string::npos);
  EXPECT_NE(refusal_of([&] { (void)journal_->before(1); }).find("action 1"), std::string::npos);
  EXPECT_NE(refusal_of([&] { record({.sequence = 2}); }).find("action 2"), std::string::npos);
  EXPECT_EQ(journal_->group(3).size(), 1U);
}

TEST_F(TrimTest, at_most_so_many_at_once_unless_a_group_is_larger) {
  constexpr std::uint64_t at_once = 16'384;
  create();
  append(a_page_of_groups({at_once - 1, 3, at_once + 5, 1}));
  finish(1, 2 * at_once + 8);
  EXPECT_EQ(journal_->trim(), at_once - 1);
  EXPECT_EQ(journal_->trim(), 3U);
  EXPECT_EQ(journal_->trim(), at_once + 6);  // the search went on behind the large group
  EXPECT_TRUE(journal_->totals().complete());
}

TEST_F(TrimTest, a_journal_that_is_looked_at_stays_as_it_is) {
  create();
  append(a_page(0, "a", 1, 3));
  finish(1, 2);
  close();
  const auto journal = Journal::open(file_, {.look_only = true});
  EXPECT_EQ(error_of([&] { (void)journal->trim(); }).code(), "JournalError");
  EXPECT_EQ(journal->backwards(UINT64_MAX, 10, SIZE_MAX).size(), 3U);
}

TEST_F(TrimTest, images_go_with_their_actions) {
  create();
  append(a_page(0, "a", 1, 2));
  record({.sequence = 1, .before = std::string(50'000, 'b')});
  record({.sequence = 2, .before = "{}"});
  EXPECT_EQ(journal_->trim(), 2U);
  append(a_page(0, "b", 3, 1));
  record({.sequence = 3, .before = std::string(50'000, 'c')});
  reopen();
  EXPECT_EQ(journal_->before(3), std::string(50'000, 'c'));
  EXPECT_LT(fs::file_size(file_), 100'000U);  // in the space of the first one
}

TEST_F(TrimTest, a_writer_that_trims_keeps_the_file_flat_and_one_that_does_not_keeps_all) {
  for (const Trimming trimming : {Trimming::never, Trimming::by_itself}) {
    create();
    JournalWriter writer(std::move(journal_), trimming);
    constexpr std::uint64_t actions = 60'000;
    std::uint64_t recorded = 0;
    for (std::uint64_t queued = 0; queued < actions; queued += 1'000) {
      writer.append_page(a_page(0, "k", queued, 1'000));
      for (; recorded < queued; ++recorded) {
        writer.record({.sequence = recorded + 1, .write_units = 1});
      }
      writer.flush();
    }
    journal_ = writer.finish();
    close();
    const std::uint64_t bytes = fs::file_size(file_);
    std::printf("%llu bytes\n", static_cast<unsigned long long>(bytes));
    journal_ = Journal::open(file_);
    EXPECT_EQ(journal_->totals().done, recorded);
    EXPECT_EQ(journal_->totals().queued, actions);
    EXPECT_EQ(pending_sequences().size(), 1'000U);
    if (trimming == Trimming::by_itself) {
      EXPECT_LT(bytes, 2'000'000U);
      EXPECT_LT(kept().size(), 7'000U);
    } else {
      EXPECT_GT(bytes, 6'000'000U);
      EXPECT_EQ(kept().size(), actions);
    }
    Journal::remove(std::move(journal_));
  }
}

}  // namespace
}  // namespace drift::journal
