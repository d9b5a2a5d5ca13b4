// The journal's files: who may have them, where they may be, and what is said when they cannot be used.
#include "fixture.hpp"
#include "journal/file_lock.hpp"
#include "journal/journal.hpp"
#include "journal/state_directory.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

namespace drift::journal {
namespace {

unsigned mode_of(const fs::path& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

class FilesTest : public JournalFixture {
 protected:
  ~FilesTest() override { ::umask(umask_); }

  void write_file(const std::string& content) {
    fs::create_directories(file_.parent_path());
    std::ofstream(file_, std::ios::binary) << content;
  }
  void execute_in_file(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  // Each error names the file and says what to do.
  void expect_open_error(const std::string& code, const std::string& part_of_message) {
    const Error error = error_of([&] { (void)Journal::open(file_); });
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(error.message().find(part_of_message), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(file_.string()), std::string::npos) << error.message();
    EXPECT_FALSE(error.next_step().empty()) << error.message();
  }
  // Runs `work` in a child process without root's rights; true iff it returned true.
  static bool as_nobody(const std::function<bool()>& work) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
      const bool dropped = ::getuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0);
      bool held = false;
      try {
        held = dropped && work();
      } catch (const std::exception& error) {
        std::printf("%s\n", error.what());
      }
      std::fflush(stdout);
      ::_exit(held ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  mode_t umask_ = ::umask(022);
};

TEST_F(FilesTest, are_private_whatever_the_umask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    ::umask(mask);
    create();
    append(a_page(0, "k", 1, 10));
    EXPECT_EQ(mode_of(file_), 0600U);
    EXPECT_EQ(mode_of(file_.string() + "-wal"), 0600U);
    EXPECT_EQ(mode_of(file_.string() + ".lock"), 0600U);
    EXPECT_FALSE(fs::exists(file_.string() + "-shm"));
    EXPECT_EQ(mode_of(file_.parent_path()), 0700U);
    EXPECT_EQ(mode_of(file_.parent_path().parent_path()), 0700U);
    Journal::remove(std::move(journal_));
    fs::remove_all(directory_.path() / "state");
  }
}

TEST_F(FilesTest, can_be_used_under_a_umask_that_takes_everything) {
  fs::permissions(directory_.path(), fs::perms(0777));
  ::umask(0777);
  EXPECT_TRUE(as_nobody([&] {
    create();
    append(a_page(0, "k", 1, 10));
    reopen();
    return journal_->totals().queued == 10;
  }));
}

TEST_F(FilesTest, become_private_again_when_opened) {
  create();
  close();
  fs::permissions(file_, fs::perms(0644));
  reopen();
  EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(FilesTest, a_directory_that_exists_is_left_as_it_is) {
  fs::create_directories(file_.parent_path());
  fs::permissions(file_.parent_path(), fs::perms(0755));
  create();
  EXPECT_EQ(mode_of(file_.parent_path()), 0755U);
}

TEST_F(FilesTest, a_second_opener_in_this_process_is_refused) {
  create();
  expect_open_error("JournalLocked", "pid " + std::to_string(::getpid()));
  const Error error = error_of([&] { (void)Journal::create(file_, a_header()); });
  EXPECT_EQ(error.code(), "JournalLocked");
  close();
  reopen();
}

TEST_F(FilesTest, a_second_process_is_refused_and_told_the_pid_until_the_first_has_ended) {
  create();
  close();
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = Journal::open(file_);
    [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
    while (true) {
      ::pause();
    }
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  expect_open_error("JournalLocked", "the process with pid " + std::to_string(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  reopen();  // the lock ended with its owner
  ::close(ready[0]);
  ::close(ready[1]);
}

// One that opened the lock's file just before its owner deleted it would have a lock that keeps nobody out.
TEST_F(FilesTest, a_lock_keeps_others_out_though_owners_delete_its_file) {
  fs::create_directories(file_.parent_path());
  std::atomic<int> broken = 0;
  std::atomic<int> owned = 0;
  const auto own_and_delete = [&] {
    for (int i = 0; i < 4'000; ++i) {
      try {
        FileLock lock(file_);
        ++owned;
        try {
          const FileLock second(file_);
          ++broken;
        } catch (const Error&) {  // as it should be
        }
        lock.remove_file();
      } catch (const Error& error) {
        ASSERT_EQ(error.code(), "JournalLocked");
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back(own_and_delete);
    }
  }
  EXPECT_EQ(broken, 0);
  EXPECT_GT(owned, 100);
}

TEST_F(FilesTest, another_program_that_has_the_file_open_is_reported) {
  create();
  close();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  expect_open_error("JournalLocked", "another program");
  sqlite3_close(other);
}

TEST_F(FilesTest, creating_over_an_existing_file_is_refused_and_leaves_it) {
  create();
  append(a_page(0, "k", 1, 3));
  close();
  const Error error = error_of([&] { (void)Journal::create(file_, a_header()); });
  EXPECT_EQ(error.code(), "JournalError");
  EXPECT_NE(error.message().find("exists already"), std::string::npos);
  reopen();
  EXPECT_EQ(journal_->totals().queued, 3U);
}

TEST_F(FilesTest, remains_of_a_creation_that_was_interrupted_do_not_matter) {
  fs::create_directories(file_.parent_path());
  std::ofstream(file_.string() + ".new") << "half a file";
  create();
  EXPECT_FALSE(fs::exists(file_.string() + ".new"));
  EXPECT_TRUE(pending_sequences().empty());
}

TEST_F(FilesTest, a_file_that_is_not_there) { expect_open_error("JournalError", "no such file"); }

TEST_F(FilesTest, a_directory_in_its_place) {
  fs::create_directories(file_);
  expect_open_error("JournalError", "directory");
  EXPECT_EQ(error_of([&] { (void)Journal::create(file_, a_header()); }).code(), "JournalError");
}

TEST_F(FilesTest, an_empty_file) {
  write_file("");
  expect_open_error("JournalDamaged", "empty");
}

TEST_F(FilesTest, a_file_of_something_else) {
  write_file("This is a letter to a friend, and no journal at all.");
  expect_open_error("JournalDamaged", "does not begin as a journal does");
  std::ifstream stream(file_);
  std::string first;
  stream >> first;
  EXPECT_EQ(first, "This");  // it was left alone
}

TEST_F(FilesTest, a_database_of_another_program) {
  write_file("");
  execute_in_file("CREATE TABLE bookmarks(url TEXT)");
  expect_open_error("JournalError", "not a drift journal");
}

TEST_F(FilesTest, a_journal_of_another_version) {
  create();
  close();
  execute_in_file("PRAGMA user_version = 9");
  expect_open_error("JournalVersion", "format 9");
}

TEST_F(FilesTest, are_deleted_by_name_with_the_log_and_the_lock) {
  create();
  append(a_page(0, "k", 1, 10));
  EXPECT_EQ(error_of([&] { Journal::remove(file_); }).code(), "JournalLocked");
  EXPECT_TRUE(fs::exists(file_));
  close();
  Journal::remove(file_);
  EXPECT_TRUE(fs::is_empty(file_.parent_path()));
}

TEST_F(FilesTest, are_deleted_by_name_whatever_is_in_them) {
  write_file("This is a letter to a friend, and no journal at all.");
  std::ofstream(file_.string() + "-wal") << "x";
  Journal::remove(file_);
  EXPECT_TRUE(fs::is_empty(file_.parent_path()));
  Journal::remove(file_);
  EXPECT_TRUE(fs::is_empty(file_.parent_path())) << "where there was none";
  fs::create_directories(file_);
  EXPECT_EQ(error_of([&] { Journal::remove(file_); }).code(), "JournalError");
  EXPECT_TRUE(fs::exists(file_));
}

TEST_F(FilesTest, a_network_file_system_is_refused) {
  const JournalOptions on_nfs{.network_file_system = [](const fs::path&) { return std::optional<std::string>("NFS"); }};
  const Error error = error_of([&] { (void)Journal::create(file_, a_header(), on_nfs); });
  EXPECT_EQ(error.code(), "StateDirectory");
  EXPECT_NE(error.message().find("network file system (NFS)"), std::string::npos);
  EXPECT_NE(error.message().find(file_.parent_path().string()), std::string::npos);
  EXPECT_FALSE(fs::exists(file_.parent_path()));  // nothing was made there
  create();
  close();
  EXPECT_EQ(error_of([&] { (void)Journal::open(file_, on_nfs); }).code(), "StateDirectory");
}

TEST_F(FilesTest, local_file_systems_are_not_taken_for_a_network) {
  EXPECT_EQ(network_file_system(directory_.path()), std::nullopt);
  EXPECT_EQ(network_file_system("/proc"), std::nullopt);
  EXPECT_EQ(error_of([] { (void)network_file_system("/no/such/directory"); }).code(), "StateDirectory");
}

TEST_F(FilesTest, a_file_where_a_directory_should_be) {
  std::ofstream(directory_.path() / "state") << "x";
  const Error error = error_of([&] { (void)Journal::create(file_, a_header()); });
  EXPECT_EQ(error.code(), "StateDirectory");
  EXPECT_NE(error.message().find("not a directory"), std::string::npos) << error.message();
}

TEST_F(FilesTest, a_directory_that_cannot_be_written) {
  create();
  close();
  fs::permissions(directory_.path(), fs::perms(0755));
  fs::permissions(directory_.path() / "state", fs::perms(0755));
  fs::permissions(file_.parent_path(), fs::perms(0555));
  EXPECT_TRUE(as_nobody([&] {
    const Error created = error_of([&] { (void)Journal::create(file_.parent_path() / "new", a_header()); });
    const Error opened = error_of([&] { (void)Journal::open(file_); });
    std::printf("%s\n%s\n", created.what(), opened.what());
    return created.code() == "StateDirectory" && opened.code() == "StateDirectory" &&
           opened.message().find("Permission denied") != std::string::npos && !opened.next_step().empty();
  }));
}

TEST_F(FilesTest, a_file_that_cannot_be_written) {
  create();
  close();
  for (const fs::path& path : {directory_.path(), directory_.path() / "state", file_.parent_path()}) {
    fs::permissions(path, fs::perms(0777));
  }
  fs::permissions(file_, fs::perms(0444));
  fs::remove(file_.string() + ".lock");
  EXPECT_TRUE(::getuid() != 0 || as_nobody([&] {
                const Error opened = error_of([&] { (void)Journal::open(file_); });
                std::printf("%s\n", opened.what());
                return opened.code() == "StateDirectory";
              }));
}

}  // namespace
}  // namespace drift::journal
