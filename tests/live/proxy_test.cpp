// Real processes behind a proxy that cuts, delays and truncates their TCP connections; each is run again until the
// migration is applied.
#include "live/runner_fixture.hpp"
#include "live/seed.hpp"
#include "support/fault_proxy.hpp"

#include <atomic>
#include <iostream>
#include <thread>

namespace drift::testing {
namespace {

class ProxyTest : public RunnerFixture {};

TEST_F(ProxyTest, EveryItemIsCountedOnceWhateverTheConnectionsDo) {
  constexpr int attempts_max = 60;
  constexpr std::size_t items = 60;
  const std::uint64_t first_seed = seed();
  const int all = rounds(24);
  std::atomic<int> next = 0;
  std::atomic<int> attempts = 0;
  std::atomic<std::uint64_t> cuts = 0;
  std::atomic<std::uint64_t> delays = 0;
  const auto one = [&](int mine) {
    FaultProxy proxy(endpoint(), first_seed + static_cast<std::uint64_t>(mine));
    SCOPED_TRACE("DRIFT_SEED=" + std::to_string(first_seed + static_cast<std::uint64_t>(mine)));
    const Case at = prepare(static_cast<std::uint64_t>(mine) + 1, items);
    std::string last;
    for (int attempt = 0; attempt < attempts_max; ++attempt, ++attempts) {
      last = start(at, "a", "", 0, proxy.endpoint())->wait();
      EXPECT_FALSE(last.starts_with("quarantined")) << last;
      if (last.starts_with("applied") || last.find("AlreadyApplied") != std::string::npos) break;
    }
    EXPECT_TRUE(last.starts_with("applied") || last.find("AlreadyApplied") != std::string::npos) << last;
    EXPECT_EQ(counts(at), "");
    cuts += proxy.cuts();
    delays += proxy.delays();
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int mine = next++; mine < all; mine = next++) one(mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << all << " runs, " << all + attempts << " processes, " << cuts << " connections cut, " << delays
            << " delayed\n";
  EXPECT_GT(cuts + delays, static_cast<std::uint64_t>(all));
}

}  // namespace
}  // namespace drift::testing
