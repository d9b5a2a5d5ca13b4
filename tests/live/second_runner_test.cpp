// A process that is stopped for longer than its lease, in the scan or just before a request leaves, and others that
// come meanwhile: on another machine, that is with a state directory of its own, and with the same one. Then the
// sleeper wakes. Whatever it still sends is harmless: in the end each item has been counted once.
#include "live/runner_fixture.hpp"
#include "live/seed.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace drift::testing {
namespace {

class SecondRunnerTest : public RunnerFixture {
 protected:
  static constexpr std::size_t items_max = 40;

  static bool said(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

  // Where a woken sleeper ends: it knows that its lease is lost, or had done everything before it was stopped.
  static void expect_ends_well(const std::string& sleeper) {
    EXPECT_TRUE(sleeper.starts_with("applied") || (sleeper.starts_with("failed") && said(sleeper, "LeaseLost")))
        << "the sleeper said: " << sleeper;
  }

  void round(std::uint64_t number, std::uint64_t round_seed) {
    std::mt19937_64 random(round_seed);
    const bool in_scan = number % 2 == 0;
    const bool elsewhere = number / 2 % 2 == 0;
    SCOPED_TRACE(std::string(in_scan ? "scan" : "apply") + (elsewhere ? ", elsewhere" : ", same directory") +
                 ", DRIFT_SEED=" + std::to_string(round_seed));
    const Case at = prepare(number, 2 + random() % items_max);
    const auto sleeper = start(at, "a", in_scan ? "stop-scan" : "stop-apply", 1 + random() % at.items);
    ASSERT_TRUE(sleeper->wait_until_stopped()) << sleeper->wait();
    const std::string second = start(at, elsewhere ? "b" : "a")->wait();
    if (elsewhere && in_scan) {
      EXPECT_TRUE(second.starts_with("applied")) << second;
    } else if (elsewhere) {
      EXPECT_TRUE(second.starts_with("refused") && said(second, "JournalElsewhere")) << second;
      EXPECT_TRUE(said(second, std::to_string(number) + "a/")) << "it does not say where the journal is: " << second;
    } else {
      EXPECT_TRUE(second.starts_with("refused") && said(second, std::to_string(sleeper->pid())))
          << "it does not say which process has the journal: " << second;
    }
    sleeper->wake();
    expect_ends_well(sleeper->wait());
    const std::string third = start(at, "a")->wait();
    EXPECT_TRUE(third.starts_with("applied") || said(third, "AlreadyApplied")) << third;
    EXPECT_EQ(counts(at), "");
  }
};

// A stamped run is taken over from another state directory also when actions may have been sent.
TEST_F(SecondRunnerTest, AStampedRunIsTakenOverWithoutItsJournal) {
  const std::uint64_t first_seed = seed();
  for (std::uint64_t number = 1; number <= static_cast<std::uint64_t>(rounds(12)); ++number) {
    std::mt19937_64 random(first_seed + number);
    SCOPED_TRACE("DRIFT_SEED=" + std::to_string(first_seed + number));
    const Case at = prepare(number, 2 + random() % items_max, "-stamped");
    const auto sleeper = start(at, "a", "stop-apply", 1 + random() % at.items);
    ASSERT_TRUE(sleeper->wait_until_stopped()) << sleeper->wait();
    const std::string second = start(at, "b")->wait();
    EXPECT_TRUE(second.starts_with("applied")) << second;
    sleeper->wake();
    expect_ends_well(sleeper->wait());
    const std::string third = start(at, "a")->wait();
    EXPECT_TRUE(third.starts_with("applied") || said(third, "AlreadyApplied")) << third;
    EXPECT_EQ(counts(at), "");
  }
}

TEST_F(SecondRunnerTest, WhatASleeperStillSendsIsHarmless) {
  const std::uint64_t first_seed = seed();
  const int all = rounds(52);
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int mine = next++; mine < all && !HasFailure(); mine = next++) {
        round(static_cast<std::uint64_t>(mine) + 1, first_seed + static_cast<std::uint64_t>(mine));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(migrator().applied().size(), static_cast<std::size_t>(all));
}

}  // namespace
}  // namespace drift::testing
