// Journal::move: under its new name a journal is as it was, also when it replaces another one; and a crash leaves it
// under one of the names.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "said.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace drift::journal {
namespace {

class MoveTest : public JournalFixture {
 protected:
  fs::path kept_ = file_.parent_path() / "kept" / "7-up.journal";
};

TEST_F(MoveTest, gives_it_another_name_and_directory) {
  create();
  append(a_page_of_groups({2, 3}));
  record({.sequence = 1, .before = "{}"});
  const std::string said = said_by(*journal_);
  Journal::move(std::move(journal_), kept_);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_FALSE(fs::exists(file_.string() + "-wal"));
  EXPECT_FALSE(fs::exists(file_.string() + ".lock"));
  journal_ = Journal::open(kept_);
  EXPECT_EQ(said_by(*journal_), said);
  EXPECT_EQ(journal_->generation(), 2U);
  close();
  create();  // the name is free again
  EXPECT_EQ(journal_->totals().queued, 0U);
}

TEST_F(MoveTest, replaces_one_that_nobody_has_open_with_its_log) {
  create();
  append(a_page(0, "old", 1, 10));
  Journal::move(std::move(journal_), kept_);
  auto old = Journal::open(kept_);
  PageRecord page = a_page(0, "old too", 11, 10);
  old->append_pages({&page, 1});
  const std::string main = read_file(kept_);
  const std::string log = read_file(kept_.string() + "-wal");
  ASSERT_GT(log.size(), 0U);

  create();
  append(a_page(0, "new", 50, 3));
  const std::string said = said_by(*journal_);
  EXPECT_EQ(error_of([&] { Journal::move(std::move(journal_), kept_); }).code(), "JournalLocked");
  old.reset();
  write_file(kept_, main);  // as a kill leaves it
  write_file(kept_.string() + "-wal", log);

  journal_ = Journal::open(file_);
  EXPECT_EQ(said_by(*journal_), said) << "what could not be moved is where it was";
  Journal::move(std::move(journal_), kept_);
  EXPECT_FALSE(fs::exists(kept_.string() + "-wal"));
  journal_ = Journal::open(kept_);
  EXPECT_EQ(said_by(*journal_), said);
}

TEST_F(MoveTest, to_its_own_name_leaves_it_there) {
  create();
  append(a_page(0, "a", 1, 3));
  Journal::move(std::move(journal_), file_);
  journal_ = Journal::open(file_);
  EXPECT_EQ(pending_sequences().size(), 3U);
}

TEST_F(MoveTest, that_is_killed_at_any_moment_leaves_it_whole_under_one_of_the_names) {
  std::mt19937_64 random(random_seed());
  int moved = 0;
  for (int i = 0; i < 60; ++i) {
    fs::remove_all(file_.parent_path());
    create();
    append(a_page(0, "replaced", 1, 5));
    Journal::move(std::move(journal_), kept_);
    create();
    append(a_page(0, "moved", 1, 20));
    const std::string said = said_by(*journal_);
    close();
    const auto life_us = static_cast<useconds_t>(1 + random() % 6'000);
    const pid_t child = ::fork();
    if (child == 0) {
      journal_ = Journal::open(file_);
      ::ualarm(life_us, 0);  // ends it as a kill does: nothing handles the signal
      Journal::move(std::move(journal_), kept_);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    moved += fs::exists(file_) ? 0 : 1;
    journal_ = Journal::open(fs::exists(file_) ? file_ : kept_);
    ASSERT_EQ(said_by(*journal_), said);
    close();
  }
  std::printf("%d of 60 were moved\n", moved);
}

TEST_F(MoveTest, a_log_without_its_file_is_not_taken_for_a_new_ones) {
  create();
  append(a_page(0, "a", 1, 50));
  const std::string log = read_file(file_.string() + "-wal");
  Journal::remove(std::move(journal_));
  write_file(file_.string() + "-wal", log);  // as a crash in remove() leaves it
  create();
  EXPECT_EQ(journal_->totals().queued, 0U);
  reopen();
  EXPECT_EQ(journal_->totals().queued, 0U);
}

}  // namespace
}  // namespace drift::journal
