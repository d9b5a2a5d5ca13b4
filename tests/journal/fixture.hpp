// What the tests of the journal have in common: a directory of their own, records in the shape of real ones, and verbs.
#pragma once

#include "journal/journal.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace drift::journal {

namespace fs = std::filesystem;

// A directory that goes with the test: in memory where the system has that, because the tests wait for the disk a lot.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const fs::path memory = "/dev/shm";
    const fs::path parent = ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
    std::string name = (parent / "drift-journal-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

inline RunHeader a_header() {
  return {.run_id = "20261123T020000-7",
          .number = 7,
          .direction = "up",
          .meta_table = "Migrations",
          .table = "Users",
          .table_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/Users",
          .table_id = "6f2c9a52-1d6f-4a51-9d8e-0d6c0a3d5c11",
          .key_schema = "pk:S,sk:N",
          .segments = 4,
          .created_at = "2026-11-23T02:00:00Z",
          .drift_version = "0.1.0",
          .revision = "build 4711",
          .stamp = "migrated",
          .epoch = 3,
          .images = false};
}

// An update of the scanned item: 40 bytes of key, 30 of expression, 40 of values.
inline ActionRecord an_update(std::uint64_t n) {
  std::string number = std::to_string(n);
  number.insert(0, 10 - std::min<std::size_t>(10, number.size()), '0');
  return {.kind = ActionKind::update,
          .scanned_item = true,
          .table = "Users",
          .key = R"({"pk":{"S":"user-)" + number + R"("},"sk":{"N":"1"}})",
          .expression = "SET full_name = :n, visits = :v",
          .values = R"({":n":{"S":"Ada Lovelace"},":v":{"N":")" + number + R"("}})"};
}

// A page whose callbacks queued one update each.
inline PageRecord a_page(std::uint32_t segment, std::string last_key, std::uint64_t first, std::size_t actions) {
  PageRecord page{.segment = segment, .last_key = std::move(last_key), .items = actions, .callbacks = actions};
  page.read_units = 128.5;
  for (std::size_t i = 0; i < actions; ++i) {
    page.groups.push_back({an_update(first + i)});
  }
  return page;
}

inline bool same(const ActionRecord& a, const ActionRecord& b) {
  return a.sequence == b.sequence && a.group == b.group && a.ordinal == b.ordinal && a.kind == b.kind &&
         a.scanned_item == b.scanned_item && a.segment == b.segment && a.table == b.table && a.key == b.key &&
         a.item == b.item && a.expression == b.expression && a.condition == b.condition && a.names == b.names &&
         a.values == b.values && a.guard == b.guard && a.repeat == b.repeat && a.guarded == b.guarded &&
         a.image == b.image && a.scanned_key == b.scanned_key && a.group_size == b.group_size && a.place == b.place;
}

// An update that is guarded by what the callback saw, as the engine queues it: 60 bytes of image.
inline ActionRecord a_guarded_update(std::uint64_t n) {
  ActionRecord action = an_update(n);
  action.guard = GuardKind::unchanged;
  action.repeat = RepeatKind::guarded;
  action.guarded = R"(["full_name","visits"])";
  action.image = R"({"full_name":{"S":"Ada King"},"visits":{"N":")" + std::to_string(1'000'000'000 + n) + R"("}})";
  return action;
}

// A page whose callbacks queued this many updates each.
inline PageRecord a_page_of_groups(const std::vector<std::size_t>& sizes) {
  PageRecord page{.segment = 0, .last_key = "k", .items = sizes.size(), .callbacks = sizes.size()};
  std::uint64_t n = 0;
  for (const std::size_t size : sizes) {
    page.groups.emplace_back();
    for (std::uint32_t ordinal = 0; ordinal < size; ++ordinal) {
      page.groups.back().push_back(a_guarded_update(++n));
      page.groups.back().back().ordinal = ordinal;
      page.groups.back().back().group_size = static_cast<std::uint32_t>(size);
    }
  }
  return page;
}

inline std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_file(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

// The error that `work` throws; fails the test when it throws none.
inline Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {"", ""};
}

inline std::uint64_t random_seed() {
  const char* given = std::getenv("DRIFT_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::printf("DRIFT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

class JournalFixture : public testing::Test {
 protected:
  void create() { journal_ = Journal::create(file_, a_header()); }
  void close() { journal_.reset(); }
  void reopen(bool distrusted = false) {
    close();
    journal_ = Journal::open(file_, {.distrusted = distrusted});
  }
  // As a kill leaves it: the log is not written back.
  void crash_and_reopen() {
    const std::string main = read_file(file_);
    const std::string log = read_file(file_.string() + "-wal");
    close();
    write_file(file_, main);
    write_file(file_.string() + "-wal", log);
    journal_ = Journal::open(file_);
  }
  void append(PageRecord page) { journal_->append_pages({&page, 1}); }
  void record(ActionOutcome outcome) { journal_->record({&outcome, 1}); }
  std::vector<std::uint64_t> pending_sequences(std::uint64_t after = 0, std::size_t count = 1'000'000) {
    std::vector<std::uint64_t> result;
    for (const ActionRecord& action : journal_->pending(after, count, SIZE_MAX)) {
      result.push_back(action.sequence);
    }
    return result;
  }

  TemporaryDirectory directory_;
  fs::path file_ = directory_.path() / "state" / "drift" / "run.journal";
  std::unique_ptr<Journal> journal_;
};

}  // namespace drift::journal
