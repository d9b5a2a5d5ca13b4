// Real processes killed at random times: 200 kills, or for as long as DRIFT_SOAK_MINUTES says (scripts/soak).
#include "kill_loop.hpp"

#include "events.hpp"
#include "life.hpp"
#include "seed.hpp"
#include "support/local_fixture.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace drift::testing::crash {
namespace {

constexpr std::uint64_t kills_wanted = 200;
constexpr std::size_t side_by_side = 3;
constexpr std::size_t rounds_max = 100'000;

class KillTest : public LocalFixture {
 protected:
  TemporaryDirectory directory_;
};

TEST_F(KillTest, EveryItemIsCountedOnceHoweverOftenTheProcessIsKilled) {
  const std::uint64_t seed = suite_seed();
  std::printf("DRIFT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);  // it is wanted above all where the suite runs into its limit
  const char* minutes = std::getenv("DRIFT_SOAK_MINUTES");
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::minutes(minutes != nullptr ? std::atoi(minutes) : 0);
  struct Sums {
    std::atomic<std::uint64_t> kills;
    std::atomic<std::uint64_t> rounds;
    std::atomic<bool> failed;
    SharedText problem;
  };
  Shared<Sums> sums;
  in_parallel(side_by_side, rounds_max, [&](std::size_t round) {
    const bool enough = sums->kills >= kills_wanted && std::chrono::steady_clock::now() >= until;
    if (enough || sums->failed) _exit(0);
    const KillCounts counts = kill_until_applied({.endpoint = endpoint(),
                                                  .directory = directory_.path(),
                                                  .name = "k" + std::to_string(round),
                                                  .seed = seed + round});
    sums->kills += counts.kills;
    ++sums->rounds;
    if (counts.problem.empty()) return;
    if (!sums->failed.exchange(true)) sums->problem.set("seed " + std::to_string(seed + round) + ": " + counts.problem);
  });
  std::printf("%llu kills over %llu tables of 2,000 items\n", static_cast<unsigned long long>(sums->kills),
              static_cast<unsigned long long>(sums->rounds));
  EXPECT_EQ(sums->problem.get(), "");
  EXPECT_GE(sums->kills, kills_wanted);
}

}  // namespace
}  // namespace drift::testing::crash
