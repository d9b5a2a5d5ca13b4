// A process that is killed at any moment: what it had acknowledged is in the journal, and a page is there whole or not
// at all. A child writes and acknowledges over a pipe; the parent kills it after a random number of acknowledgements.
#include "fixture.hpp"
#include "journal/journal_writer.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <latch>
#include <thread>

namespace drift::journal {
namespace {

constexpr int kills = 50;

// Page `n` of the test, from 1: some have no actions at all.
PageRecord page_of(std::uint64_t n) {
  const std::size_t actions = n % 5 == 0 ? 0 : (n * 7) % 60;
  PageRecord page{.segment = 0, .last_key = "page " + std::to_string(n), .items = actions + 1};
  page.callbacks = actions;
  for (std::size_t i = 0; i < actions; ++i) {
    page.groups.push_back({an_update(n * 1'000 + i)});
  }
  return page;
}

struct Ack {
  enum class What : std::uint8_t { page, outcome } what = What::page;
  std::uint64_t number = 0;
};

// Appends pages from `first_page` on, and with each third page records the outcomes of some queued actions and trims,
// until it is killed.
[[noreturn]] void write_until_killed(const fs::path& file, std::uint64_t first_page, int acknowledge) {
  JournalWriter writer(Journal::open(file));
  const auto ack = [acknowledge](Ack::What what, std::uint64_t number) {
    return [=](const std::optional<Error>& error) {
      const Ack message{what, number};
      if (error || ::write(acknowledge, &message, sizeof message) != sizeof message) {
        ::_exit(1);
      }
    };
  };
  std::uint64_t next_outcome = 1;
  for (std::uint64_t n = first_page;; ++n) {
    writer.append_page(page_of(n), ack(Ack::What::page, n));
    if (n % 3 == 0) {
      std::vector<std::uint64_t> ready;
      writer.with_journal([&](Journal& journal) {
        for (const auto& action : journal.pending(next_outcome - 1, 50, SIZE_MAX)) {
          ready.push_back(action.sequence);
        }
      });
      for (const std::uint64_t sequence : ready) {
        writer.record({.sequence = sequence, .write_units = 1}, ack(Ack::What::outcome, sequence));
        next_outcome = sequence + 1;
      }
      writer.call([](Journal& journal) { (void)journal.trim(); }, [](const auto&) {});
    }
  }
}

class CrashTest : public JournalFixture {
 protected:
  // One life of the writer: kills it after `acks_max` acknowledgements and takes in what it had still said.
  void run_and_kill(std::uint64_t acks_max) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      write_until_killed(file_, pages_ + 1, pipe[1]);
    }
    ::close(pipe[1]);
    Ack ack;
    for (std::uint64_t i = 0; ::read(pipe[0], &ack, sizeof ack) == sizeof ack; ++i) {
      if (i == acks_max) {
        ::kill(child, SIGKILL);
      }
      take(ack);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(pipe[0]);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";
  }

  void take(const Ack& ack) {
    if (ack.what == Ack::What::page) {
      pages_ = std::max(pages_, ack.number);
    } else {
      done_.push_back(ack.number);
    }
  }

  void expect_everything_acknowledged() {
    journal_ = Journal::open(file_);
    const auto cursors = journal_->cursors();
    const std::uint64_t committed = cursors.empty() ? 0 : std::stoull(cursors.at(0).last_key.substr(5));
    ASSERT_GE(committed, pages_);
    std::vector<ActionRecord> expected;
    Totals sums;
    for (std::uint64_t n = 1; n <= committed; ++n) {
      const PageRecord page = page_of(n);
      sums.items += page.items;
      sums.callbacks += page.callbacks;
      for (const auto& group : page.groups) {
        expected.push_back(group.at(0));
      }
    }
    const Totals totals = journal_->totals();
    EXPECT_EQ(totals.items, sums.items);
    EXPECT_EQ(totals.callbacks, sums.callbacks);
    ASSERT_EQ(totals.queued, expected.size());
    expect_outcomes(expected);
    pages_ = committed;
    journal_actions_ = totals.queued;
    close();
  }

  void expect_outcomes(const std::vector<ActionRecord>& expected) {
    kept_ = journal_->backwards(UINT64_MAX, SIZE_MAX, SIZE_MAX).size();
    const auto left = journal_->pending(0, SIZE_MAX, SIZE_MAX);
    EXPECT_EQ(journal_->totals().done, expected.size() - left.size());
    EXPECT_DOUBLE_EQ(journal_->totals().write_units, static_cast<double>(expected.size() - left.size()));
    std::vector<bool> is_left(expected.size() + 1);
    for (const ActionRecord& action : left) {
      ASSERT_EQ(action.key, expected.at(action.sequence - 1).key);
      is_left[action.sequence] = true;
    }
    for (const std::uint64_t sequence : done_) {
      ASSERT_FALSE(is_left[sequence]) << "the outcome of " << sequence << " was acknowledged and is lost";
    }
  }

  std::uint64_t pages_ = 0;  // acknowledged, or found committed
  std::vector<std::uint64_t> done_;
  std::uint64_t journal_actions_ = 0;
  std::size_t kept_ = 0;  // actions that the last trim left
};

TEST_F(CrashTest, what_was_acknowledged_survives_kill_9) {
  std::mt19937_64 random(random_seed());
  create();
  close();
  for (int i = 0; i < kills && !HasFatalFailure(); ++i) {
    run_and_kill(random() % 200);
    expect_everything_acknowledged();
  }
  std::printf("%d kills, %llu pages, %zu outcomes acknowledged\n", kills, static_cast<unsigned long long>(pages_),
              done_.size());
  EXPECT_GT(pages_, 100U);
  EXPECT_GT(done_.size(), 100U);
  EXPECT_LT(kept_ + 100, journal_actions_);
}

TEST_F(CrashTest, a_creation_that_is_killed_leaves_a_whole_journal_or_none) {
  std::mt19937_64 random(random_seed());
  int whole = 0;
  for (int i = 0; i < kills; ++i) {
    const auto life_us = static_cast<useconds_t>(1 + random() % 4'000);
    const pid_t child = ::fork();
    if (child == 0) {
      ::ualarm(life_us, 0);  // ends it as a kill does: nothing handles the signal
      journal_ = Journal::create(file_, a_header());
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    if (fs::exists(file_)) {
      ++whole;
      reopen();
    } else {
      create();  // the remains do not stand in the way
    }
    EXPECT_EQ(journal_->header().run_id, a_header().run_id);
    Journal::remove(std::move(journal_));
  }
  std::printf("%d of %d were whole\n", whole, kills);
}

}  // namespace
}  // namespace drift::journal
