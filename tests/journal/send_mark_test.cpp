// What was sent perhaps: the send mark, the generations, distrust of a restored copy.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"
#include "journal/send_marks.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>

namespace drift::journal {
namespace {

using Sequences = std::vector<std::uint64_t>;

class SendMarkTest : public JournalFixture {
 protected:
  void create_with(std::size_t actions) {
    create();
    append(a_page(0, "k", 1, actions));
  }
  Sequences doubtful() {
    Sequences result;
    for (const ActionRecord& action : journal_->pending(0, SIZE_MAX, SIZE_MAX)) {
      if (action.maybe_sent) {
        result.push_back(action.sequence);
      }
    }
    return result;
  }
};

TEST_F(SendMarkTest, what_is_unfinished_up_to_it_is_doubtful_after_a_crash) {
  create_with(10);
  journal_->move_send_mark(6);
  journal_->move_send_mark(4);  // it never moves back
  EXPECT_EQ(journal_->send_mark(), 6U);
  record({.sequence = 2});
  record({.sequence = 3, .state = ActionState::failed});
  record({.sequence = 9});
  EXPECT_EQ(doubtful(), (Sequences{})) << "who has sent them knows";
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 4, 5, 6}));
  EXPECT_EQ(journal_->send_mark(), 0U) << "this opening has sent nothing yet";
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 4, 5, 6})) << "openings that send nothing change nothing";
}

TEST_F(SendMarkTest, an_end_in_order_says_what_was_not_sent) {
  create_with(6);
  journal_->move_send_mark(5);
  record({.sequence = 1});
  record({.sequence = 2, .state = ActionState::sent});
  record({.sequence = 3, .state = ActionState::queued});
  record({.sequence = 4, .state = ActionState::quarantined, .detail = "changed too often"});
  reopen();
  EXPECT_EQ(doubtful(), (Sequences{2, 5}));
  EXPECT_EQ(pending_sequences(), (Sequences{2, 3, 4, 5, 6}));
  EXPECT_EQ(journal_->totals().sent, 1U);
  EXPECT_EQ(journal_->totals().quarantined, 1U);
  const auto pending = journal_->pending(0, 10, SIZE_MAX);
  EXPECT_FALSE(pending[0].tried);
  EXPECT_TRUE(pending[2].tried);
}

// "Certainly not executed" is true until it is sent again; a crash then leaves it doubtful.
TEST_F(SendMarkTest, what_certainly_was_not_executed_is_doubtful_once_a_later_opening_has_marked_it) {
  create_with(8);
  journal_->move_send_mark(8);
  record({.sequence = 1, .state = ActionState::failed});
  record({.sequence = 2, .state = ActionState::queued});
  record({.sequence = 3, .state = ActionState::quarantined});
  record({.sequence = 4, .state = ActionState::failed});
  for (std::uint64_t sequence = 5; sequence <= 8; ++sequence) {
    record({.sequence = sequence});
  }
  reopen();
  EXPECT_EQ(doubtful(), (Sequences{}));
  journal_->move_send_mark(3);
  record({.sequence = 3, .state = ActionState::failed});
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 2})) << "3 has said again that it was not, 4 was not marked again";
  journal_->move_send_mark(4);
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 3, 4}));
}

TEST_F(SendMarkTest, a_late_action_is_as_doubtful_as_its_place) {
  create();
  append(a_page_of_groups({2, 2, 2}));
  (void)journal_->replace_rest(1, {an_update(1), an_update(2), an_update(3)});
  (void)journal_->replace_rest(3, {an_update(1), an_update(2), an_update(3)});
  journal_->move_send_mark(2);
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 7}));
  for (const ActionRecord& action : journal_->replace_rest(1, {an_update(4), an_update(5), an_update(6)})) {
    EXPECT_FALSE(action.maybe_sent);
  }
  EXPECT_EQ(doubtful(), (Sequences{})) << "the new ones were never sent";
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 7})) << "nobody can tell any more";
}

TEST_F(SendMarkTest, generations_count_the_openings) {
  create_with(1);
  EXPECT_EQ(journal_->generation(), 1U);
  reopen();
  EXPECT_EQ(journal_->generation(), 2U);
  close();
  const JournalOptions look_only{.look_only = true};
  for (int i = 0; i < 2; ++i) {
    journal_ = Journal::open(file_, look_only);
    EXPECT_EQ(journal_->generation(), 2U) << "a look is none";
    EXPECT_EQ(pending_sequences(), (Sequences{1}));
    EXPECT_EQ(error_of([&] { journal_->move_send_mark(1); }).code(), "JournalError");
    EXPECT_EQ(error_of([&] { journal_->set_phase(RunPhase::applying); }).code(), "JournalError");
    EXPECT_EQ(error_of([&] { (void)journal_->replace_rest(1, {}); }).code(), "JournalError");
    close();
  }
  journal_ = Journal::open(file_);
  crash_and_reopen();
  EXPECT_EQ(journal_->generation(), 4U);
}

TEST_F(SendMarkTest, distrust_makes_all_doubtful_that_was_unfinished_then_for_good) {
  create_with(6);
  record({.sequence = 1});
  record({.sequence = 2, .state = ActionState::failed});
  record({.sequence = 3, .state = ActionState::queued});
  reopen();
  EXPECT_EQ(doubtful(), (Sequences{}));
  reopen(true);
  EXPECT_EQ(doubtful(), (Sequences{2, 3, 4, 5, 6}));
  record({.sequence = 4, .state = ActionState::failed});
  EXPECT_EQ(doubtful(), (Sequences{2, 3, 5, 6})) << "this opening has found out";
  crash_and_reopen();
  EXPECT_EQ(doubtful(), (Sequences{2, 3, 5, 6}));
  EXPECT_TRUE(journal_->may_have_sent());
}

// A mark goes ahead, and a streaming run queues under it.
TEST_F(SendMarkTest, what_is_queued_by_a_later_opening_was_not_sent_by_one_before) {
  create_with(4);
  EXPECT_FALSE(journal_->may_have_sent());
  journal_->move_send_mark(100);
  reopen();
  EXPECT_TRUE(journal_->may_have_sent());
  append(a_page_of_groups({1, 1}));
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 3, 4}));
  reopen(true);
  append(a_page_of_groups({1}));
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 3, 4, 5, 6}));
  reopen();
  EXPECT_EQ(doubtful(), (Sequences{1, 2, 3, 4, 5, 6}));
}

TEST_F(SendMarkTest, a_mark_that_was_acknowledged_survives_kill_9) {
  std::mt19937_64 random(random_seed());
  create_with(100'000);
  close();
  for (int kills = 0; kills < 10; ++kills) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      JournalWriter writer(Journal::open(file_));
      for (std::uint64_t place = 64;; place += 64) {
        std::promise<void> durable;
        writer.record({.sequence = place - 63});
        writer.move_send_mark(place, [&](const std::optional<Error>& error) {
          if (error || ::write(pipe[1], &place, sizeof place) != sizeof place) {
            ::_exit(1);
          }
          durable.set_value();
        });
        durable.get_future().wait();
      }
    }
    ::close(pipe[1]);
    const std::uint64_t life = random() % 30;
    std::uint64_t acknowledged = 0;
    for (std::uint64_t i = 0, place = 0; ::read(pipe[0], &place, sizeof place) == sizeof place; ++i) {
      acknowledged = place;
      if (i == life) {
        ::kill(child, SIGKILL);
      }
    }
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);
    journal_ = Journal::open(file_);
    for (const ActionRecord& action : journal_->pending(0, acknowledged, SIZE_MAX)) {
      ASSERT_TRUE(action.maybe_sent || action.place > acknowledged);
    }
    close();
  }
}

TEST_F(SendMarkTest, only_marks_that_later_ones_do_not_hide_are_kept) {
  SendMarks marks;
  marks.add(1, 500);
  marks.add(2, 0);
  marks.add(3, 200);
  marks.add(4, 300);
  EXPECT_EQ(marks.text(), "1:500,4:300");
  for (const SendMarks& same : {marks, SendMarks::of(marks.text())}) {
    EXPECT_EQ(same.since(0), 500U);
    EXPECT_EQ(same.since(1), 300U);
    EXPECT_EQ(same.since(3), 300U);
    EXPECT_EQ(same.since(4), 0U);
  }
  marks.add(5, 600);
  EXPECT_EQ(marks.text(), "5:600");
  EXPECT_EQ(SendMarks::of("").since(0), 0U);
}

}  // namespace
}  // namespace drift::journal
