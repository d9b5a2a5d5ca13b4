// A disk that is full or broken: the caller is told, what was acknowledged stays and can be read, nothing is there by
// half, and with room again the work goes on.
#include "faulty_vfs.hpp"
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "said.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace drift::journal {
namespace {

// The steps of a small run, with a transaction larger than the cache and a write-back of the log among them.
constexpr std::size_t step_count = 10;
void do_step(Journal& journal, std::size_t step) {
  const auto append = [&](PageRecord page) { journal.append_pages({&page, 1}); };
  const auto record = [&](std::uint64_t first, std::size_t count, ActionState state) {
    std::vector<ActionOutcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) {
      outcomes.push_back({.sequence = first + i, .state = state, .write_units = 1, .before = "image"});
    }
    journal.record(outcomes);
  };
  PageRecord large = a_page(1, "large", 500, 300);
  switch (step) {
    case 0:
      return append(a_page(0, "a", 1, 40));
    case 1:
      return record(1, 20, ActionState::done);
    case 2:
      for (auto& group : large.groups) {
        group[0].item = std::string(20'000, 'x');
      }
      return append(large);
    case 3:
      return record(10, 40, ActionState::failed);
    case 4:
      return append(a_page(0, "b", 100, 40));
    case 5:
      return journal.set_phase(RunPhase::applying);
    case 6:
      return record(10, 40, ActionState::done);
    case 7:
      return journal.move_send_mark(80);
    case 8:
      (void)journal.trim();
      return;
    default:
      (void)journal.replace_rest(60, {a_guarded_update(1), a_guarded_update(2), a_guarded_update(3)});
  }
}

class DiskTest : public JournalFixture {
 protected:
  // What the journal says after each number of steps, without any fault.
  void note_references() {
    const auto journal = Journal::create(file_, a_header(), faulty_);
    references_.push_back(said_by(*journal));
    for (std::size_t step = 0; step < step_count; ++step) {
      vfs_.fail_from(UINT64_MAX, SQLITE_FULL);
      do_step(*journal, step);
      operations_.push_back(vfs_.seen());
      references_.push_back(said_by(*journal));
    }
  }

  // Runs the steps with a fault at the `at`th write or sync of step `faulty`; returns the error's code.
  std::string run_with_fault(std::size_t faulty, std::uint64_t at, int code) {
    fs::remove_all(file_.parent_path());
    journal_ = Journal::create(file_, a_header(), faulty_);
    for (std::size_t step = 0; step < faulty; ++step) {
      do_step(*journal_, step);
    }
    vfs_.fail_from(at, code);
    try {
      do_step(*journal_, faulty);
    } catch (const Error& error) {
      return error.code();
    }
    return "";  // the fault met what is not needed for the step: a write-back of the log
  }

  std::string said_when_opened() { return said_by(*Journal::open(file_, faulty_)); }

  // The places of faults within a step that are tried: all of a short one, some of a long one.
  std::vector<std::uint64_t> places_of(std::size_t step, std::mt19937_64& random) const {
    std::vector<std::uint64_t> places;
    const std::uint64_t operations = operations_[step];
    constexpr std::uint64_t places_max = 25;
    for (std::uint64_t i = 0; i < std::min(operations, places_max); ++i) {
      places.push_back(operations <= places_max ? i : random() % operations);
    }
    return places;
  }

  FaultyVfs vfs_;
  JournalOptions faulty_{.vfs = FaultyVfs::name};
  JournalOptions full_{.vfs = FaultyVfs::name, .look_only = true};
  std::vector<std::string> references_;
  std::vector<std::uint64_t> operations_;  // writes and syncs of each step
};

TEST_F(DiskTest, a_disk_that_fills_up_at_any_write_loses_nothing_and_can_be_gone_on_with) {
  std::mt19937_64 random(random_seed());
  note_references();
  int failed = 0;
  for (std::size_t step = 0; step < step_count; ++step) {
    for (const std::uint64_t at : places_of(step, random)) {
      SCOPED_TRACE("step " + std::to_string(step) + ", write " + std::to_string(at));
      const std::string code = run_with_fault(step, at, SQLITE_FULL);
      ASSERT_TRUE(code.empty() || code == "DiskFull") << code;
      failed += code.empty() ? 0 : 1;
      const std::string& expected = references_[code.empty() ? step + 1 : step];
      ASSERT_EQ(said_by(*journal_), expected);
      close();
      ASSERT_EQ(said_by(*Journal::open(file_, full_)), expected) << "looked at while the disk was full";
      vfs_.heal();
      ASSERT_EQ(said_when_opened(), expected);
    }
  }
  EXPECT_GT(failed, 50);
}

TEST_F(DiskTest, a_journal_that_cannot_be_created_leaves_nothing) {
  for (std::uint64_t at = 0;; ++at) {
    vfs_.fail_from(at, SQLITE_FULL);
    try {
      journal_ = Journal::create(file_, a_header(), faulty_);
      EXPECT_GT(at, 5U);
      break;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), "DiskFull") << error.what();
      ASSERT_FALSE(fs::exists(file_));
      ASSERT_FALSE(fs::exists(file_.string() + ".new"));
    }
  }
}

TEST_F(DiskTest, work_goes_on_in_the_same_journal_once_there_is_room) {
  note_references();
  ASSERT_EQ(run_with_fault(4, 1, SQLITE_FULL), "DiskFull");
  vfs_.heal();
  do_step(*journal_, 4);
  EXPECT_EQ(said_by(*journal_), references_[5]);
}

TEST_F(DiskTest, after_a_failed_write_or_sync_nothing_is_written_until_it_is_opened_again) {
  std::mt19937_64 random(random_seed());
  note_references();
  int failed = 0;
  for (std::size_t step = 0; step < step_count; ++step) {
    for (const std::uint64_t at : places_of(step, random)) {
      SCOPED_TRACE("step " + std::to_string(step) + ", write " + std::to_string(at));
      const std::string code = run_with_fault(step, at, SQLITE_IOERR_WRITE);
      vfs_.heal();
      if (!code.empty()) {
        ++failed;
        ASSERT_EQ(code, "JournalError");
        ASSERT_EQ(error_of([&] { journal_->set_phase(RunPhase::recorded); }).code(), "JournalError");
      }
      close();
      // What failed may be there whole: a sync that fails says nothing about what the disk has.
      const std::string said = said_when_opened();
      ASSERT_TRUE(said == references_[step + 1] || (!code.empty() && said == references_[step]));
    }
  }
  EXPECT_GT(failed, 50);
}

// Appends until there is no room, in the journal's own words; returns how many pages were acknowledged.
std::uint64_t fill(Journal& journal, std::string& code) {
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    try {
      PageRecord page = a_page(0, "page " + std::to_string(n), n, 100);
      journal.append_pages({&page, 1});
    } catch (const Error& error) {
      std::printf("%s\n%s\n", error.what(), error.next_step().c_str());
      code = error.code();
      return n;
    }
  }
  return 0;
}

// True iff a journal fills up as it should in this process's circumstances.
bool fills_up_and_stays_readable(const fs::path& file) {
  auto journal = Journal::create(file, a_header());
  std::string code;
  const std::uint64_t pages = fill(*journal, code);
  const auto is_whole = [&] {
    return journal->totals().queued == pages * 100 && journal->pending(0, SIZE_MAX, SIZE_MAX).size() == pages * 100;
  };
  bool held = code == "DiskFull" && pages > 10 && is_whole();
  journal.reset();
  journal = Journal::open(file, {.look_only = true});  // with the disk still full
  held = held && is_whole();
  std::printf("%llu pages, held: %d\n", static_cast<unsigned long long>(pages), held);
  return held;
}

// Runs `work` in a child process: 0 when it returned true, 2 when it could not be tried.
int in_child(const std::function<int()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    int result = 1;
    try {
      result = work();
    } catch (const std::exception& error) {
      std::printf("%s\n", error.what());
    }
    std::fflush(stdout);
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

TEST_F(DiskTest, a_limit_of_the_files_size_is_a_full_disk) {
  EXPECT_EQ(in_child([&] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{1U << 20U, 1U << 20U};
              return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 && fills_up_and_stays_readable(file_) ? 0 : 1;
            }),
            0);
  journal_ = Journal::open(file_);
  EXPECT_GT(pending_sequences().size(), 1'000U);
}

TEST_F(DiskTest, a_small_file_system_fills_up) {
  fs::create_directories(directory_.path() / "small");
  const int result = in_child([&] {
    const fs::path small = directory_.path() / "small";
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", small.c_str(), "tmpfs", 0, "size=3m") != 0) {
      return 2;
    }
    return fills_up_and_stays_readable(small / "run.journal") ? 0 : 1;
  });
  if (result == 2) {
    GTEST_SKIP() << "mounting is not allowed here";
  }
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace drift::journal
