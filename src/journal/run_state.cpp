#include "journal/run_state.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <span>
#include <string_view>

namespace drift::journal {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 3> phase_names{"scanning", "applying", "recording"};
constexpr const char* write_text_sql = "INSERT OR REPLACE INTO run(name, value) VALUES(?, ?)";
constexpr const char* write_counts_sql =
    "INSERT OR REPLACE INTO totals(id, items, callbacks, groups, queued, done, skipped, failed, in_doubt, throttled,"
    " read_units, write_units, outcomes_digest, cursors_digest, checksum)"
    " VALUES(1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

Texts texts_of(const RunHeader& header, RunPhase phase, bool sending) {
  return {{"run_id", header.run_id},
          {"number", std::to_string(header.number)},
          {"direction", header.direction},
          {"meta_table", header.meta_table},
          {"table", header.table},
          {"table_arn", header.table_arn},
          {"table_id", header.table_id},
          {"key_schema", header.key_schema},
          {"segments", std::to_string(header.segments)},
          {"created_at", header.created_at},
          {"drift_version", header.drift_version},
          {"phase", std::string(phase_names.at(static_cast<std::size_t>(phase)))},
          {"sending", sending ? "yes" : "no"}};
}

std::string checksum(const Texts& texts) {
  Checksum sum;
  for (const auto& [name, value] : texts) {
    sum.add(name).add(value);
  }
  return std::to_string(sum.value());
}

void write(Statement& statement, const Texts& texts) {
  const std::string sum = checksum(texts);
  for (const auto& [name, value] : texts) {
    statement.bind(1, std::string_view(name));
    statement.bind(2, std::string_view(value));
    statement.run();
  }
  statement.bind(1, std::string_view("checksum"));
  statement.bind(2, std::string_view(sum));
  statement.run();
}

template <typename T>
T number_of(const std::string& text) noexcept {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

constexpr std::size_t count_columns = 13;
using CountRow = std::array<std::uint64_t, count_columns>;

// In the order of the columns; the numbers of units as their bits.
CountRow row_of(const Counts& counts) noexcept {
  const Totals& t = counts.totals;
  return {t.items,
          t.callbacks,
          counts.groups,
          t.queued,
          t.done,
          t.skipped,
          t.failed,
          t.in_doubt,
          t.throttled,
          std::bit_cast<std::uint64_t>(t.read_units),
          std::bit_cast<std::uint64_t>(t.write_units),
          counts.outcomes_digest,
          counts.cursors_digest};
}

std::int32_t checksum(const CountRow& row) noexcept { return Checksum().add(std::span(row)).value(); }

void write(Statement& statement, const Counts& counts) {
  const CountRow row = row_of(counts);
  for (std::size_t i = 0; i < row.size(); ++i) {
    statement.bind(static_cast<int>(i) + 1, static_cast<std::int64_t>(row.at(i)));
  }
  statement.bind(10, counts.totals.read_units);
  statement.bind(11, counts.totals.write_units);
  statement.bind(static_cast<int>(row.size()) + 1, std::int64_t{checksum(row)});
  statement.run();
}

std::uint64_t digest_of(const Cursor& cursor) noexcept {
  Checksum sum;
  sum.add({cursor.segment, static_cast<std::uint64_t>(cursor.finished)}).add(cursor.last_key);
  return mix(static_cast<std::uint32_t>(sum.value()) + (std::uint64_t{cursor.segment} << 32U));
}

}  // namespace

void RunState::create(Database& database, const RunHeader& header) {
  Statement write_text(database, write_text_sql);
  write(write_text, texts_of(header, RunPhase::scanning, false));
  Statement write_counts(database, write_counts_sql);
  write(write_counts, Counts{});
}

RunState::RunState(Database& database)
    : database_(&database),
      write_text_(database, write_text_sql),
      write_cursor_(database, "INSERT OR REPLACE INTO cursors(segment, last_key, finished) VALUES(?, ?, ?)"),
      write_counts_(database, write_counts_sql) {
  read_texts();
  read_counts();
  read_cursors();
}

void RunState::read_texts() {
  Texts texts;
  Statement rows(*database_, "SELECT name, value FROM run");
  while (rows.step()) {
    texts.emplace(rows.text(0), rows.text(1));
  }
  header_ = RunHeader{.run_id = texts["run_id"],
                      .number = number_of<std::uint64_t>(texts["number"]),
                      .direction = texts["direction"],
                      .meta_table = texts["meta_table"],
                      .table = texts["table"],
                      .table_arn = texts["table_arn"],
                      .table_id = texts["table_id"],
                      .key_schema = texts["key_schema"],
                      .segments = number_of<std::uint32_t>(texts["segments"]),
                      .created_at = texts["created_at"],
                      .drift_version = texts["drift_version"]};
  for (std::size_t i = 0; i < phase_names.size(); ++i) {
    if (texts["phase"] == phase_names.at(i)) {
      phase_ = static_cast<RunPhase>(i);
    }
  }
  sending_ = texts["sending"] == "yes";
  if (texts["checksum"] != checksum(texts_of(header_, phase_, sending_))) {
    throw damaged(database_->file(), "its description of the run is not as it was written");
  }
}

void RunState::read_counts() {
  Statement row(*database_,
                "SELECT items, callbacks, groups, queued, done, skipped, failed, in_doubt, throttled, read_units,"
                " write_units, outcomes_digest, cursors_digest, checksum FROM totals WHERE id = 1");
  if (!row.step()) {
    throw damaged(database_->file(), "its totals are missing");
  }
  counts_.totals = Totals{.items = row.natural(0),
                          .callbacks = row.natural(1),
                          .queued = row.natural(3),
                          .done = row.natural(4),
                          .skipped = row.natural(5),
                          .failed = row.natural(6),
                          .in_doubt = row.natural(7),
                          .throttled = row.natural(8),
                          .read_units = row.real(9),
                          .write_units = row.real(10)};
  counts_.groups = row.natural(2);
  counts_.outcomes_digest = row.natural(11);
  counts_.cursors_digest = row.natural(12);
  if (row.integer(13) != checksum(row_of(counts_))) {
    throw damaged(database_->file(), "its totals are not as they were written");
  }
}

void RunState::read_cursors() {
  std::uint64_t digest = 0;
  Statement rows(*database_, "SELECT segment, last_key, finished FROM cursors");
  while (rows.step()) {
    const Cursor cursor{.segment = static_cast<std::uint32_t>(rows.natural(0)),
                        .last_key = std::string(rows.text(1)),
                        .finished = rows.integer(2) != 0};
    digest += digest_of(cursor);
    cursors_.emplace(cursor.segment, cursor);
  }
  if (digest != counts_.cursors_digest) {
    throw damaged(database_->file(), "its scan cursors are not as they were written");
  }
}

std::vector<Cursor> RunState::cursors() const {
  std::vector<Cursor> result;
  result.reserve(cursors_.size());
  for (const auto& [segment, cursor] : cursors_) {
    result.push_back(cursor);
  }
  return result;
}

void RunState::set_phase(RunPhase phase) {
  write_texts(phase, sending_);
  phase_ = phase;
}

void RunState::set_sending(bool sending) {
  write_texts(phase_, sending);
  sending_ = sending;
}

void RunState::write_texts(RunPhase phase, bool sending) {
  Transaction transaction(*database_);
  write(write_text_, texts_of(header_, phase, sending));
  transaction.commit();
}

void RunState::write_cursors(const Cursors& moved, Counts& counts) {
  for (const auto& [segment, cursor] : moved) {
    if (const auto before = cursors_.find(segment); before != cursors_.end()) {
      counts.cursors_digest -= digest_of(before->second);
    }
    counts.cursors_digest += digest_of(cursor);
    write_cursor_.bind(1, std::int64_t{segment});
    write_cursor_.bind(2, std::string_view(cursor.last_key));
    write_cursor_.bind(3, static_cast<std::int64_t>(cursor.finished));
    write_cursor_.run();
  }
}

void RunState::write_counts(const Counts& counts) { write(write_counts_, counts); }

void RunState::committed(const Counts& counts, const Cursors& moved) {
  counts_ = counts;
  for (const auto& [segment, cursor] : moved) {
    cursors_.insert_or_assign(segment, cursor);
  }
}

}  // namespace drift::journal
