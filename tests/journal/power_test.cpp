// The power fails at any moment: the journal that is opened then says what it said after the last acknowledged
// transaction, or after the one that was being written. Never less, never something between.
//
// The checker is checked: over a disk that ignores syncs it finds losses.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "power_vfs.hpp"
#include "said.hpp"

#include <optional>

namespace drift::journal {
namespace {

// The steps of a run: pages, marks, outcomes, replaced groups, trims, phases; one is larger than the cache and has the
// log written back.
constexpr std::size_t step_count = 30;

std::vector<ActionOutcome> outcomes_of(std::uint64_t first, std::size_t count, ActionState state) {
  std::vector<ActionOutcome> outcomes;
  for (std::size_t i = 0; i < count; ++i) {
    outcomes.push_back({.sequence = first + i, .state = state, .write_units = 1, .before = std::string(100, 'b')});
  }
  return outcomes;
}

std::vector<ActionRecord> a_rest(std::size_t size) {
  std::vector<ActionRecord> rest;
  for (std::size_t i = 0; i < size; ++i) {
    rest.push_back(a_guarded_update(9'000 + i));
  }
  return rest;
}

PageRecord a_large_page() {
  PageRecord page = a_page(1, "large", 500, 250);
  for (auto& group : page.groups) {
    group[0].item = std::string(20'000, 'x');
  }
  return page;
}

void do_step(Journal& journal, std::size_t step) {
  const auto append = [&](PageRecord page) { journal.append_pages({&page, 1}); };
  if (step == 0) {
    return append(a_page_of_groups(std::vector<std::size_t>(60, 3)));
  }
  if (step == 8) {
    return append(a_large_page());
  }
  if (step == 9) {
    return journal.set_phase(RunPhase::applying);
  }
  if (step == step_count - 1) {
    return journal.set_phase(RunPhase::recorded);
  }
  switch (step % 5) {
    case 0:
      return append(a_page(0, "page " + std::to_string(step), step * 100, 30));
    case 1:
      return journal.move_send_mark(step * 9);
    case 2:  // without gaps, so that the next trim has something to drop
      return journal.write({}, outcomes_of(step * 4 - 7, 20, ActionState::done), step * 10);
    case 3:
      (void)journal.replace_rest(60 - step / 2, a_rest(step % 7));
      return;
    default:
      (void)journal.trim();
  }
}

class PowerTest : public JournalFixture {
 protected:
  // What the journal says after each number of steps.
  void note_references() {
    journal_ = Journal::create(file_, a_header(), power_);
    vfs_.fail_at(UINT64_MAX);
    references_.push_back(said_by(*journal_));
    for (std::size_t step = 0; step < step_count; ++step) {
      do_step(*journal_, step);
      references_.push_back(said_by(*journal_));
      marks_.push_back(journal_->send_mark());
    }
    operations_ = vfs_.seen();
    start_anew();
  }
  void start_anew() {
    close();
    vfs_.fail_at(UINT64_MAX);
    vfs_.forget();
    fs::remove_all(file_.parent_path());
  }

  // Runs the steps until the power fails; returns how many were acknowledged.
  std::size_t run_until_power_fails(std::uint64_t at) {
    start_anew();
    journal_ = Journal::create(file_, a_header(), power_);
    vfs_.fail_at(at);
    std::size_t step = 0;
    try {
      for (; step < step_count; ++step) {
        do_step(*journal_, step);
      }
    } catch (const Error&) {
    }
    close();
    return step;
  }

  // Why the journal is not what it has to be, if it is not.
  std::optional<std::string> loss_after(std::size_t acknowledged) {
    try {
      reopen();
      const std::string said = said_by(*journal_);
      if (said != references_.at(acknowledged) && said != references_.at(std::min(acknowledged + 1, step_count))) {
        return "it says something else";
      }
      if (journal_->generation() != 2) {
        return "its generation is " + std::to_string(journal_->generation());
      }
      const std::uint64_t mark = acknowledged == 0 ? 0 : marks_.at(acknowledged - 1);
      for (const ActionRecord& action : journal_->pending(0, SIZE_MAX, SIZE_MAX)) {
        if (action.place <= mark && !action.maybe_sent) {
          return "action " + std::to_string(action.sequence) + " was marked and is not in doubt";
        }
      }
    } catch (const Error& error) {
      return error.what();
    }
    return std::nullopt;
  }

  int losses(std::uint64_t points, unsigned kept) {
    int result = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
      const std::uint64_t at = i * operations_ / points;
      const std::size_t acknowledged = run_until_power_fails(at);
      vfs_.leave_what_is_durable(random_, kept);
      if (const auto loss = loss_after(acknowledged)) {
        ++result;
        last_loss_ =
            "operation " + std::to_string(at) + ", " + std::to_string(acknowledged) + " steps acknowledged: " + *loss;
      }
    }
    return result;
  }

  std::mt19937_64 random_{random_seed()};
  PowerVfs vfs_;
  JournalOptions power_{.vfs = PowerVfs::name};
  std::vector<std::string> references_;
  std::vector<std::uint64_t> marks_;
  std::uint64_t operations_ = 0;
  std::string last_loss_;
};

TEST_F(PowerTest, nothing_acknowledged_is_lost_when_all_that_was_not_synced_is_lost) {
  note_references();
  EXPECT_EQ(losses(200, 0), 0) << last_loss_;
}

TEST_F(PowerTest, nothing_acknowledged_is_lost_when_some_of_what_was_not_synced_is_there) {
  note_references();
  EXPECT_EQ(losses(40, 50), 0) << last_loss_;
  EXPECT_EQ(losses(40, 95), 0) << last_loss_;
}

TEST_F(PowerTest, the_check_finds_the_losses_of_a_disk_that_ignores_syncs) {
  note_references();
  vfs_.ignore_syncs(true);
  constexpr int points = 50;
  const int found = losses(points, 0);
  std::printf("%d losses of %d, the last one: %s\n", found, points, last_loss_.c_str());
  EXPECT_GT(found, points / 2);
}

}  // namespace
}  // namespace drift::journal
