// Hundreds of small runs and undos, of every class of action, on a network where anything goes wrong, and stopped at
// random; each gone on with until it is done. The tables, and the counts, must then be exactly as the model says, and
// stay so when everything that was held back arrives. Nobody else writes, so there must be no quarantine.
#include "client/core.hpp"
#include "live/fault_cases.hpp"
#include "live/seed.hpp"
#include "migrate/run.hpp"
#include "support/fault_schedule.hpp"
#include "support/migrator_fixture.hpp"
#include "wire/asio_transport.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>
#include <stop_token>

namespace drift::testing {
namespace {

using migrate::Direction;

// Credentials that are as good as new each time they are asked for.
class EndlessCredentials final : public CredentialsProvider {
 public:
  Credentials credentials() override { return {.access_key_id = "id", .secret_access_key = "secret"}; }
};

class FaultTest : public MigratorFixture {
 protected:
  static constexpr int attempts_max = 40;
  static constexpr int attempts_with_faults = 12;

  void SetUp() override {
    MigratorFixture::SetUp();
    options_ = {.meta_table = table_name("meta"), .state_dir = state_directory()};
    make_table(table());
    make_table(other_table());
  }

  // A new client on a schedule of its own.
  void begin(std::uint64_t seed) {
    random_.seed(seed);
    schedule_ = std::make_shared<FaultSchedule>(wire::make_asio_transport({}), seed);
    client::ClientCore::Settings settings{.region = "us-east-1",
                                          .endpoint = *wire::Endpoint::parse(endpoint()),
                                          .credentials = std::make_shared<EndlessCredentials>()};
    settings.retry.base = std::chrono::milliseconds(1);
    settings.retry.cap = std::chrono::milliseconds(2);
    settings.retry.attempts_max = 4;
    faulty_ = std::make_unique<Client>(std::make_unique<client::ClientCore>(std::move(settings), schedule_));
  }
  void end() {
    for (const auto& [name, times] : schedule_->counts()) faults_[name] += times;
    faulty_.reset();
    schedule_.reset();
  }

  void set_tables(const TwoTables& tables) {
    set_table(table(), tables.scanned);
    set_table(other_table(), tables.other);
  }
  TwoTables tables() { return {.scanned = items(), .other = items(other_table())}; }

  // Until it is done, with faults and stops for a while.
  Report carry_out(const FaultCase& what, std::uint64_t number, Direction direction, bool with_down) {
    Report report;
    for (int attempt = 0; attempt < attempts_max && !HasFailure(); ++attempt) {
      const bool with_faults = attempt < attempts_with_faults;
      schedule_->set_rate(with_faults ? rate_ : 0);
      std::stop_source stop;
      if (with_faults && random_() % 3 == 0) {
        schedule_->after_requests(random_() % 120, [stop]() mutable { stop.request_stop(); });
      }
      report = once(what, number, direction, with_down, stop.get_token());
      ++attempts_;
      EXPECT_EQ(report.quarantined, 0U) << errors_of(report);
      EXPECT_NE(report.outcome, Outcome::quarantined) << errors_of(report);
      if (report.ok() || is_recorded(report)) break;
      if (random_() % 3 == 0) schedule_->deliver_held(random_() % 2 == 0);
    }
    schedule_->after_requests(0, [] {});
    return report;
  }

  static constexpr migrate::LeaseTimes lease_times{.lease = std::chrono::milliseconds(400),
                                                   .renew = std::chrono::milliseconds(30),
                                                   .poll = std::chrono::milliseconds(5)};
  unsigned rate_ = 0;
  std::mt19937_64 random_;
  std::shared_ptr<FaultSchedule> schedule_;
  std::map<std::string, std::uint64_t> faults_;
  std::uint64_t attempts_ = 0;

 private:
  Report once(const FaultCase& what, std::uint64_t number, Direction direction, bool with_down,
              const std::stop_token& stop) {
    const Migration migration{.number = number,
                              .table = table(),
                              .description = what.name,
                              .up = what.up(other_table()),
                              .down = with_down ? what.down : Callback{}};
    const RunOptions options{.concurrency = random_() % 4 == 0 ? std::size_t{1} : std::size_t{8},
                             .guard = what.guard,
                             .stop = stop,
                             .exact = what.exact,
                             .before_images = what.images,
                             .version = what.version};
    return migrate::Run(*faulty_, options_, migration, direction, options, {.lease = lease_times}).execute();
  }
  // A run may end by an error of the network after its very last step.
  static bool is_recorded(const Report& report) {
    return report.outcome == Outcome::refused && report.errors_total == 1 &&
           (report.errors[0].code() == "AlreadyApplied" || report.errors[0].code() == "NotApplied");
  }
  void set_table(const std::string& name, const Items& wanted) {
    std::vector<Attributes> puts;
    std::vector<Attributes> removed;
    for (const auto& [id, item] : wanted) puts.push_back(item);
    for (const auto& [id, item] : items(name)) {
      if (!wanted.contains(id)) removed.push_back({{"id", id}});
    }
    plain().batch_write(name, puts, removed);
  }

  MigratorOptions options_;
  std::unique_ptr<Client> faulty_;
};

void expect_consistent(const Report& report) {
  EXPECT_EQ(report.actions_done, report.actions_queued);
  EXPECT_EQ(report.gone, 0U);
  EXPECT_EQ(report.skipped, 0U);
  EXPECT_EQ(report.conflicts_resolved, 0U);
}

TEST_F(FaultTest, EveryClassIsExactWhateverTheNetworkDoes) {
  const std::uint64_t first_seed = seed();
  const int runs = rounds(220);
  const auto& cases = fault_cases();
  std::uint64_t number = 0;
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    const std::uint64_t case_seed = first_seed + static_cast<std::uint64_t>(run);
    begin(case_seed);
    const FaultCase& what = cases.at(random_() % cases.size());
    SCOPED_TRACE(what.name + ", DRIFT_SEED=" + std::to_string(case_seed));
    rate_ = std::array{20U, 100U, 250U}.at(random_() % 3);
    const TwoTables before = tables_before(5 + random_() % 30);
    TwoTables expected = before;
    what.model(expected);
    set_tables(before);

    const Report report = carry_out(what, ++number, Direction::up, true);
    if (report.ok()) expect_consistent(report);
    EXPECT_EQ(difference(tables(), expected), "") << errors_of(report);
    schedule_->deliver_held(random_() % 2 == 0);
    EXPECT_EQ(difference(tables(), expected), "") << "when what was held back arrives";
    EXPECT_EQ(migrator().applied().size(), number) << errors_of(report);

    if (!HasFailure() && (what.down || what.can_restore)) {
      const bool with_down = what.down && (!what.can_restore || random_() % 2 == 0);
      const Report undone = carry_out(what, number, Direction::down, with_down);
      schedule_->deliver_held(random_() % 2 == 0);
      EXPECT_EQ(difference(items(), before.scanned), "")
          << "undo " << (with_down ? "with down: " : "by images: ") << errors_of(undone);
      EXPECT_EQ(migrator().applied().size(), number - 1) << errors_of(undone);
      --number;
    }
    end();
  }
  std::cout << runs << " runs, " << attempts_ << " attempts:";
  for (const auto& [name, times] : faults_) std::cout << ' ' << name << ' ' << times << ';';
  std::cout << '\n';
}

}  // namespace
}  // namespace drift::testing
