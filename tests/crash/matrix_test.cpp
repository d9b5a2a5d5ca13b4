// The crash matrix: a process ended before and after every kind of request, journal commit and failpoint, and what is
// left resumed and compared with the model. Prints its seed and a table of how many points were reached where.
#include "matrix.hpp"
#include "seed.hpp"
#include "support/local_fixture.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace drift::testing::crash {
namespace {

constexpr std::size_t workers = 6;
constexpr std::size_t points_wanted = 2'000;
constexpr std::size_t points_wanted_each = 100;

// Of the points, 1 in so many is lived: for sanitizers, and for a quick look.
std::size_t thinned() {
  const char* given = std::getenv("DRIFT_CRASH_THIN");
  return given != nullptr ? std::max<std::size_t>(1, std::strtoull(given, nullptr, 10)) : 1;
}

class CrashMatrixTest : public LocalFixture {
 protected:
  MatrixOptions options(const std::string& name) {
    MatrixOptions options{.endpoint = endpoint(), .directory = directory_.path(), .name = name};
    options.settings.lease.renew = std::chrono::milliseconds(20);
    return options;
  }
  static void print_table(const std::vector<Point>& points, const std::vector<PointResult>& results) {
    std::printf("%-8s %8s %8s %8s\n", "stage", "chosen", "reached", "wrong");
    std::array<std::size_t, 3> sum{};
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
      std::array<std::size_t, 3> row{};
      for (std::size_t i = 0; i < points.size(); ++i) {
        const auto at = static_cast<Stage>(stage);
        row[0] += points[i].stage == at ? 1 : 0;
        row[1] += results[i].crashed && results[i].stage == at ? 1 : 0;
        row[2] += results[i].crashed && results[i].stage == at && !results[i].problem.get().empty() ? 1 : 0;
      }
      for (std::size_t i = 0; i < row.size(); ++i) sum.at(i) += row.at(i);
      std::printf("%-8s %8zu %8zu %8zu\n", stage_name(static_cast<Stage>(stage)), row[0], row[1], row[2]);
    }
    std::printf("%-8s %8zu %8zu %8zu\n", "in all", sum[0], sum[1], sum[2]);
  }
  TemporaryDirectory directory_;
};

TEST_F(CrashMatrixTest, EveryEndIsResumedToTheModelsEnd) {
  const std::uint64_t seed = suite_seed();
  std::printf("DRIFT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);  // it is wanted above all where the suite runs into its limit
  std::vector<Point> points;
  //                                                   prepare scan barrier apply doubt ledger undo
  constexpr std::array<std::size_t, stage_count> each{8, 60, 40, 45, 60, 60, 70};
  std::uint64_t of = seed;
  for (const Variant variant : {Variant::run, Variant::doubts, Variant::streaming, Variant::batches, Variant::index,
                                Variant::undo, Variant::restore}) {
    // An undo has but one stage, batches are sent in one, and an index is read in one.
    const std::size_t scenarios = variant < Variant::batches ? 8 : 4;
    for (std::size_t i = 0; i < scenarios; ++i) {
      const bool at_once = i % 2 == 0 || variant == Variant::batches;  // one at a time there are none
      const Point scenario{.variant = variant, .concurrency = at_once ? 4U : 1U, .seed = of++};
      const auto chosen = choose(record(options("r"), scenario), scenario, each);
      points.insert(points.end(), chosen.begin(), chosen.end());
    }
  }
  std::vector<Point> lived;
  for (std::size_t i = 0; i < points.size(); i += thinned()) lived.push_back(points[i]);
  const auto results = live_through(options("p"), lived, workers);
  print_table(lived, results);

  std::array<std::size_t, stage_count> reached{};
  std::size_t all = 0;
  for (std::size_t i = 0; i < lived.size(); ++i) {
    ASSERT_TRUE(results[i].lived);
    const std::string problem = results[i].problem.get();
    EXPECT_EQ(problem, "") << lived[i].text() << ", at " << results[i].event.get() << " in "
                           << stage_name(results[i].stage);
    if (!results[i].crashed) continue;
    ++reached.at(static_cast<std::size_t>(results[i].stage));
    ++all;
  }
  if (thinned() > 1) return;
  EXPECT_GE(all, points_wanted);
  for (std::size_t stage = 1; stage < stage_count; ++stage) {
    EXPECT_GE(reached.at(stage), points_wanted_each) << stage_name(static_cast<Stage>(stage));
  }
}

}  // namespace
}  // namespace drift::testing::crash
