// The checker is tested: with each of the parts broken that make a run exact, the suite has to find it; and with none
// broken it finds nothing.
#include "matrix.hpp"
#include "second_runner.hpp"
#include "seed.hpp"
#include "support/local_fixture.hpp"
#include "support/processes.hpp"
#include "tampering.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace drift::testing::crash {
namespace {

using journal::ActionRecord;
using migrate::ApplyPolicy;
using migrate::Verdict;

// The exact policy, asked about something else than what is.
class BrokenPolicy final : public ApplyPolicy {
 public:
  enum class Broken : std::uint8_t { guard, doubt, marker };
  BrokenPolicy(Broken broken, std::unique_ptr<ApplyPolicy> exact) : broken_(broken), exact_(std::move(exact)) {}

  Verdict::Next begin(const ActionRecord& action, bool maybe_sent) override {
    return exact_->begin(seen(action), seen(maybe_sent));
  }
  migrate::PreparedRequest write(const ActionRecord& action) override { return exact_->write(seen(action)); }
  Verdict judge(const ActionRecord& action, const migrate::Standing& standing,
                const client::CallResult& result) override {
    migrate::Standing shown = standing;
    shown.maybe_sent = seen(standing.maybe_sent);
    return exact_->judge(seen(action), shown, result);
  }
  bool goes_in_batches(const ActionRecord& action) override { return exact_->goes_in_batches(action); }
  migrate::PreparedRequest write_batch(const migrate::BatchActions& actions) override {
    return exact_->write_batch(actions);
  }
  migrate::BatchVerdict judge_batch(const migrate::BatchActions& actions, const client::CallResult& result) override {
    return exact_->judge_batch(actions, result);
  }
  Verdict judge_look(const ActionRecord& action, const client::CallResult& result) override {
    return exact_->judge_look(seen(action), result);
  }

 private:
  [[nodiscard]] ActionRecord seen(ActionRecord action) const {
    if (broken_ == Broken::guard) action.guard = journal::GuardKind::none;
    if (broken_ == Broken::marker && action.repeat == journal::RepeatKind::marker) {
      action.repeat = journal::RepeatKind::guarded;
    }
    return action;
  }
  [[nodiscard]] bool seen(bool maybe_sent) const { return broken_ != Broken::doubt && maybe_sent; }

  Broken broken_;
  std::unique_ptr<ApplyPolicy> exact_;
};

class CheckerTest : public LocalFixture {
 protected:
  MatrixOptions options() {
    return {.endpoint = endpoint(), .directory = directory_.path(), .name = "b", .second_crashes = false};
  }
  MatrixOptions options_with(BrokenPolicy::Broken broken) {
    MatrixOptions broken_options = options();
    broken_options.settings.policy = [broken](migrate::WriteSettings settings, bool can_call_again) {
      return std::make_unique<BrokenPolicy>(broken, migrate::make_exact_policy(std::move(settings), can_call_again));
    };
    return broken_options;
  }
  // How many of some 40 points of one stage the checks complain about. The recording is that of sound code.
  std::size_t complaints(const MatrixOptions& broken, Stage stage, std::size_t points_max = 40) {
    const Point scenario{.variant = Variant::run, .concurrency = 4, .seed = suite_seed()};
    std::array<std::size_t, stage_count> each{};
    each.at(static_cast<std::size_t>(stage)) = points_max;
    std::size_t found = 0;
    for (const PointResult& result : live_through(broken, choose(record(options(), scenario), scenario, each), 4)) {
      found += result.problem.get().empty() ? 0 : 1;
      if (found == 1 && !result.problem.get().empty()) std::printf("found: %s\n", result.problem.get().c_str());
    }
    return found;
  }
  TemporaryDirectory directory_;
};

TEST_F(CheckerTest, FindsNothingInSoundCode) {
  EXPECT_EQ(complaints(options(), Stage::apply), 0U);
  EXPECT_EQ(complaints(options(), Stage::scan), 0U);
}

TEST_F(CheckerTest, FindsAMissingGuard) {
  EXPECT_GT(complaints(options_with(BrokenPolicy::Broken::guard), Stage::apply), 0U);
}

TEST_F(CheckerTest, FindsADoubtThatIsIgnored) {
  EXPECT_GT(complaints(options_with(BrokenPolicy::Broken::doubt), Stage::apply), 0U);
}

TEST_F(CheckerTest, FindsAMissingMarker) {
  EXPECT_GT(complaints(options_with(BrokenPolicy::Broken::marker), Stage::apply, 80), 0U);
}

TEST_F(CheckerTest, FindsACursorThatIsCommittedBeforeItsActions) {
  MatrixOptions broken = options();
  broken.between = commit_cursor_without_actions;
  EXPECT_GT(complaints(broken, Stage::scan), 0U);
}

TEST_F(CheckerTest, FindsASendMarkThatIsNotDurableBeforeItsActionsLeave) {
  MatrixOptions broken = options();
  broken.between = forget_send_mark;
  EXPECT_GT(complaints(broken, Stage::apply), 0U);
}

TEST_F(CheckerTest, FindsAGenerationThatIsIgnored) {
  const Point scenario{.variant = Variant::run, .concurrency = 1, .seed = suite_seed()};
  const std::string wrong = older_copy(options(), scenario, true);
  EXPECT_NE(wrong.find("items: item"), std::string::npos) << wrong;
  const std::string refused = older_copy(options(), scenario, false);
  EXPECT_NE(refused.find("it is an older copy"), std::string::npos) << refused;
}

TEST_F(CheckerTest, FindsALeaseThatIsIgnored) {
  const MatrixOptions sound = options();
  EXPECT_EQ(second_runner(sound, "sound", {}), "");
  migrate::RunSettings ignoring;
  ignoring.lease.lease = std::chrono::milliseconds(50);
  ignoring.lease.renew = std::chrono::milliseconds(5);
  EXPECT_NE(second_runner(sound, "broken", ignoring), "");
}

}  // namespace
}  // namespace drift::testing::crash
