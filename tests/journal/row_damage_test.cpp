// A row that was changed, in any column of any table, by whatever means: the journal notices it when it is opened, or
// when it reads the row.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "said.hpp"

#include <sqlite3.h>

#include <map>

namespace drift::journal {
namespace {

class RowDamageTest : public JournalFixture {
 protected:
  // A journal with at least one row in every table.
  void make_journal() {
    create();
    PageRecord page = a_page_of_groups({1, 2, 1});
    page.seen = {R"({"id":{"N":"1"}})", R"({"id":{"N":"2"}})"};
    append(page);
    record({.sequence = 1});
    EXPECT_EQ(journal_->trim(), 1U);
    (void)journal_->replace_rest(2, {a_guarded_update(1), a_guarded_update(2), a_guarded_update(3)});
    record({.sequence = 2, .detail = "why", .write_units = 1, .throttled = 1, .before = "{}"});
    record({.sequence = 4, .state = ActionState::failed, .detail = "refused"});
    journal_->move_send_mark(3);
    close();
    sound_ = read_file(file_);
  }

  // The row with the highest key, so that another key is free.
  static std::string last_row(const std::string& table) {
    const std::string key = table == "seen" ? "key" : "rowid";  // that one has no rowid
    return key + " = (SELECT max(" + key + ") FROM " + table + ")";
  }

  // Runs SQL on the closed file; gives the rows of a query.
  std::vector<std::vector<std::string>> sql(const std::string& text) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    std::vector<std::vector<std::string>> rows;
    const auto take = [](void* context, int count, char** values, char**) {
      auto& row = static_cast<std::vector<std::vector<std::string>>*>(context)->emplace_back();
      for (int i = 0; i < count; ++i) {
        row.emplace_back(values[i] != nullptr ? values[i] : "");
      }
      return 0;
    };
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, text.c_str(), take, &rows, &error), SQLITE_OK) << text << ": " << error;
    sqlite3_free(error);
    sqlite3_close(database);
    return rows;
  }

  // Whether a journal that was changed so is noticed, by opening it and reading all of it.
  bool notices(const std::string& change) {
    write_file(file_, sound_);
    fs::remove(file_.string() + "-wal");
    (void)sql(change);
    try {
      const auto journal = Journal::open(file_);
      (void)said_by(*journal);
      for (const std::uint64_t group : {2, 3}) {
        (void)journal->group(group);
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "JournalDamaged") << change << ": " << error.what();
      return true;
    }
    return false;
  }

  std::string sound_;
};

TEST_F(RowDamageTest, of_each_column_of_each_table_is_noticed) {
  make_journal();
  int columns = 0;
  for (const auto& table : sql("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    for (const auto& column : sql("SELECT name, type FROM pragma_table_info('" + table[0] + "')")) {
      const std::string name = "\"" + column[0] + "\"";
      const bool flag = column[0] == "scanned_item";
      const std::string value = column[1] == "TEXT" ? name + " || '1'" : flag ? "1 - " + name : name + " + 1";
      const std::string change = "UPDATE " + table[0] + " SET " + name + " = " + value + " WHERE " +
                                 (table[0] == "run" ? "name = 'generation'" : last_row(table[0]));
      EXPECT_TRUE(notices(change)) << change;
      ++columns;
    }
  }
  EXPECT_GT(columns, 50);
}

TEST_F(RowDamageTest, of_each_name_of_the_run_is_noticed) {
  make_journal();
  for (const auto& row : sql("SELECT name FROM run")) {
    EXPECT_TRUE(notices("UPDATE run SET value = value || '1' WHERE name = '" + row[0] + "'")) << row[0];
  }
}

TEST_F(RowDamageTest, a_row_that_is_lost_is_missed) {
  make_journal();
  for (const auto& table : sql("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    EXPECT_TRUE(
        notices("DELETE FROM " + table[0] + " WHERE " + (table[0] == "run" ? "name = 'stamp'" : last_row(table[0]))))
        << table[0];
  }
}

TEST_F(RowDamageTest, where_the_queue_begins_after_a_trim_is_known_when_it_is_opened) {
  make_journal();
  // The first row that was not trimmed is lost; one that was is there again, or its outcome.
  for (const char* change :
       {"DELETE FROM actions WHERE sequence = 2", "UPDATE actions SET sequence = 1 WHERE sequence = 2",
        "INSERT INTO outcomes VALUES(1, 1, '', 0, 0, 0, 0)"}) {
    EXPECT_TRUE(notices(change));
    EXPECT_EQ(error_of([&] { (void)Journal::open(file_); }).code(), "JournalDamaged") << change;
  }
}

TEST_F(RowDamageTest, other_versions_are_refused_with_their_number) {
  make_journal();
  for (const int version : {1, 2, 3, 5}) {
    (void)sql("PRAGMA user_version = " + std::to_string(version));
    const Error error = error_of([&] { (void)Journal::open(file_); });
    EXPECT_EQ(error.code(), "JournalVersion");
    EXPECT_NE(error.message().find("format " + std::to_string(version)), std::string::npos);
  }
}

}  // namespace
}  // namespace drift::journal
