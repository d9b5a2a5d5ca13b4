// Groups: never parted, replaced in place, read forwards and backwards; and the images beside their outcomes.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "journal_model.hpp"
#include "said.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace drift::journal {
namespace {

using Sequences = std::vector<std::uint64_t>;

std::vector<ActionRecord> a_rest(std::size_t size, std::uint64_t first = 900) {
  std::vector<ActionRecord> rest;
  for (std::size_t i = 0; i < size; ++i) {
    rest.push_back(a_guarded_update(first + i));
  }
  return rest;
}

Sequences sequences_of(const std::vector<ActionRecord>& actions) {
  Sequences result;
  for (const ActionRecord& action : actions) {
    result.push_back(action.sequence);
  }
  return result;
}

class GroupsTest : public JournalFixture {
 protected:
  void create_with(const std::vector<std::size_t>& sizes) {
    create();
    append(a_page_of_groups(sizes));
  }
  Sequences group_sequences(std::uint64_t group) {
    Sequences result;
    for (const auto& [action, outcome] : journal_->group(group)) {
      result.push_back(action.sequence);
    }
    return result;
  }
  Sequences backwards_sequences(std::uint64_t before = UINT64_MAX, std::size_t count = 100) {
    Sequences result;
    for (const auto& [action, outcome] : journal_->backwards(before, count, SIZE_MAX)) {
      result.push_back(action.sequence);
    }
    return result;
  }
};

TEST_F(GroupsTest, pending_never_parts_one) {
  create_with({3, 2, 1, 4});
  EXPECT_EQ(pending_sequences(0, 1), (Sequences{1, 2, 3}));
  EXPECT_EQ(pending_sequences(0, 4), (Sequences{1, 2, 3}));
  EXPECT_EQ(pending_sequences(0, 5), (Sequences{1, 2, 3, 4, 5}));
  EXPECT_EQ(pending_sequences(0, 9), (Sequences{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(pending_sequences(5, 4), (Sequences{6}));
  EXPECT_EQ(pending_sequences(6, 1), (Sequences{7, 8, 9, 10}));
  const std::size_t bytes = journal_->pending(5, 1, SIZE_MAX).at(0).bytes();
  EXPECT_EQ(journal_->pending(0, 100, 1).size(), 3U);
  EXPECT_EQ(journal_->pending(0, 100, 5 * bytes - 1).size(), 3U);
  EXPECT_EQ(journal_->pending(0, 100, 5 * bytes).size(), 5U);
  record({.sequence = 2});
  record({.sequence = 4, .state = ActionState::gone});
  EXPECT_EQ(pending_sequences(0, 2), (Sequences{1, 3}));
  EXPECT_EQ(pending_sequences(0, 3), (Sequences{1, 3, 5}));
}

TEST_F(GroupsTest, the_rest_of_one_shrinks) {
  create_with({3, 2});
  record({.sequence = 1, .write_units = 1});
  record({.sequence = 2, .state = ActionState::failed, .detail = "refused", .write_units = 1});
  const auto now = journal_->replace_rest(1, a_rest(1));
  EXPECT_EQ(sequences_of(now), (Sequences{2}));
  for (int round = 0; round < 2; ++round) {
    const auto pending = journal_->pending(0, 100, SIZE_MAX);
    ASSERT_EQ(sequences_of(pending), (Sequences{2, 4, 5}));
    EXPECT_TRUE(same(pending[0], now[0]));
    EXPECT_EQ(pending[0].key, a_guarded_update(900).key);
    EXPECT_EQ(pending[0].group, 1U);
    EXPECT_FALSE(pending[0].tried) << "the new action was not";
    EXPECT_EQ(group_sequences(1), (Sequences{1, 2}));
    const Totals totals = journal_->totals();
    EXPECT_EQ(totals.replaced, 1U);
    EXPECT_EQ(totals.failed, 0U);
    EXPECT_EQ(totals.done, 1U);
    EXPECT_EQ(totals.queued, 5U);
    EXPECT_EQ(totals.conflicts_resolved, 1U);
    EXPECT_DOUBLE_EQ(totals.write_units, 2);
    reopen();
  }
  record({.sequence = 2});
  record({.sequence = 4});
  EXPECT_FALSE(journal_->totals().complete());
  record({.sequence = 5, .state = ActionState::gone});
  EXPECT_TRUE(journal_->totals().complete());
}

TEST_F(GroupsTest, the_rest_of_one_grows_in_its_place) {
  create_with({1, 3, 2});
  record({.sequence = 2});
  const auto now = journal_->replace_rest(2, a_rest(4));
  EXPECT_EQ(sequences_of(now), (Sequences{3, 4, 7, 8}));
  EXPECT_EQ(now[2].place, 4U);
  append(a_page(0, "more", 50, 1));  // behind the late ones
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(pending_sequences(), (Sequences{1, 3, 4, 7, 8, 5, 6, 9}));
    EXPECT_EQ(pending_sequences(0, 4), (Sequences{1})) << "the group does not fit";
    EXPECT_EQ(pending_sequences(1, 1), (Sequences{3, 4, 7, 8}));
    EXPECT_EQ(pending_sequences(4), (Sequences{5, 6, 9}));
    EXPECT_EQ(group_sequences(2), (Sequences{2, 3, 4, 7, 8}));
    EXPECT_EQ(group_sequences(4), (Sequences{9}));
    EXPECT_EQ(backwards_sequences(), (Sequences{9, 6, 5, 8, 7, 4, 3, 2, 1}));
    EXPECT_EQ(journal_->totals().queued, 9U);
    reopen();
  }
  const auto again = journal_->replace_rest(2, a_rest(5));
  EXPECT_EQ(sequences_of(again), (Sequences{3, 4, 7, 8, 10}));
  for (const std::uint64_t sequence : {2, 3, 4}) {
    record({.sequence = sequence});
  }
  record({.sequence = 1});
  reopen();  // all rows of the group are settled, its late ones are not
  EXPECT_EQ(pending_sequences(), (Sequences{7, 8, 10, 5, 6, 9}));
  EXPECT_EQ(sequences_of(journal_->replace_rest(2, a_rest(1, 77))), (Sequences{7}));
  EXPECT_EQ(pending_sequences(), (Sequences{7, 5, 6, 9}));
  EXPECT_EQ(journal_->totals().replaced, 2U);
}

TEST_F(GroupsTest, the_last_one_of_the_queue_is_replaced_and_so_is_one_without_a_rest) {
  create_with({2, 2});
  EXPECT_EQ(sequences_of(journal_->replace_rest(2, a_rest(3))), (Sequences{3, 4, 5}));
  EXPECT_EQ(sequences_of(journal_->replace_rest(2, {})), (Sequences{}));
  EXPECT_EQ(pending_sequences(), (Sequences{1, 2}));
  EXPECT_EQ(group_sequences(2), (Sequences{}));
  EXPECT_EQ(sequences_of(journal_->replace_rest(2, a_rest(1))), (Sequences{6})) << "what is replaced stays so";
  reopen();
  EXPECT_EQ(pending_sequences(), (Sequences{1, 2, 6}));
  EXPECT_EQ(journal_->totals().replaced, 3U);
  EXPECT_EQ(journal_->totals().conflicts_resolved, 3U);
}

TEST_F(GroupsTest, each_is_found_among_late_ones) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < 300; ++i) {
    sizes.push_back(1 + i % 4);
  }
  create_with(sizes);
  for (const std::uint64_t group : {300, 1, 150, 299}) {
    (void)journal_->replace_rest(group, a_rest(60));
    append(a_page_of_groups({2}));
  }
  for (std::uint64_t group = 1; group <= 304; ++group) {
    const auto members = journal_->group(group);
    const bool grown = group == 300 || group == 1 || group == 150 || group == 299;
    ASSERT_EQ(members.size(), grown ? 60 : group > 300 ? 2 : sizes[group - 1]) << group;
    for (const auto& [action, outcome] : members) {
      ASSERT_EQ(action.group, group);
      ASSERT_EQ(outcome.state, ActionState::queued);
    }
  }
  EXPECT_EQ(error_of([&] { (void)journal_->group(0); }).code(), "JournalError");
  EXPECT_EQ(error_of([&] { (void)journal_->group(305); }).code(), "JournalError");
  EXPECT_EQ(error_of([&] { (void)journal_->replace_rest(305, {}); }).code(), "JournalError");
}

TEST_F(GroupsTest, are_read_backwards_whole_with_their_outcomes) {
  create_with({2, 3, 1});
  record({.sequence = 3, .state = ActionState::done, .write_units = 2});
  record({.sequence = 4, .state = ActionState::in_doubt, .detail = "lost"});
  EXPECT_EQ(backwards_sequences(), (Sequences{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(backwards_sequences(UINT64_MAX, 3), (Sequences{6}));
  EXPECT_EQ(backwards_sequences(6, 1), (Sequences{5, 4, 3}));
  EXPECT_EQ(backwards_sequences(3, 100), (Sequences{2, 1}));
  EXPECT_EQ(backwards_sequences(1), (Sequences{}));
  const auto found = journal_->backwards(5, 1, 1);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].second.state, ActionState::in_doubt);
  EXPECT_EQ(found[0].second.detail, "lost");
  EXPECT_EQ(found[1].second.state, ActionState::done);
  EXPECT_DOUBLE_EQ(found[1].second.write_units, 2);
}

TEST_F(GroupsTest, an_image_is_kept_with_its_outcome) {
  create_with({2, 1});
  record({.sequence = 1, .before = "{}"});
  record({.sequence = 2, .before = std::string(300'000, 'b')});
  record({.sequence = 2, .state = ActionState::in_doubt});
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(journal_->before(1), "{}");
    EXPECT_EQ(journal_->before(2), std::string(300'000, 'b')) << "it stays with a later outcome without one";
    EXPECT_EQ(journal_->before(3), "");
    reopen();
  }
  record({.sequence = 2, .before = "another"});
  EXPECT_EQ(journal_->before(2), "another");
  EXPECT_EQ(error_of([&] { (void)journal_->before(4); }).code(), "JournalError");
  EXPECT_EQ(error_of([&] { (void)journal_->before(0); }).code(), "JournalError");
}

// Replacement `n` of the test: its group, and its new rest.
constexpr std::uint64_t groups = 40;
std::uint64_t group_of(std::uint64_t n) { return 1 + (n * 7) % groups; }
std::vector<ActionRecord> rest_of(std::uint64_t n) { return a_rest((n * 5) % 7, n * 10); }

TEST_F(GroupsTest, replacing_one_is_whole_after_kill_9_at_any_moment) {
  std::mt19937_64 random(random_seed());
  const std::vector<std::size_t> sizes(groups, 3);
  create_with(sizes);
  JournalModel model;
  model.append(a_page_of_groups(sizes));
  close();
  std::uint64_t committed = 0;
  for (int kills = 0; kills < 30; ++kills) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      journal_ = Journal::open(file_);
      for (std::uint64_t n = committed;; ++n) {
        (void)journal_->replace_rest(group_of(n), rest_of(n));
        if (::write(pipe[1], &n, sizeof n) != sizeof n) {
          ::_exit(1);
        }
      }
    }
    ::close(pipe[1]);
    const std::uint64_t life = random() % 20;
    std::uint64_t acknowledged = committed;
    for (std::uint64_t i = 0, n = 0; ::read(pipe[0], &n, sizeof n) == sizeof n; ++i) {
      acknowledged = n + 1;
      if (i == life) {
        ::kill(child, SIGKILL);
      }
    }
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);
    journal_ = Journal::open(file_);
    const std::uint64_t there = journal_->totals().conflicts_resolved;
    ASSERT_GE(there, acknowledged);
    for (; committed < there; ++committed) {
      (void)model.replace_rest(group_of(committed), rest_of(committed));
    }
    ASSERT_EQ(text_of(journal_->totals()), text_of(model.totals()));
    const auto found = journal_->pending(0, SIZE_MAX, SIZE_MAX);
    const auto expected = model.pending(0, SIZE_MAX, SIZE_MAX);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_TRUE(same(found[i], expected[i]));
    }
    close();
  }
  std::printf("%llu replacements\n", static_cast<unsigned long long>(committed));
}

}  // namespace
}  // namespace drift::journal
