#include "journal/run_state.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <span>
#include <string_view>

namespace drift::journal {
namespace {

constexpr std::array<std::string_view, 4> phase_names{"scanning", "applying", "recording", "recorded"};
constexpr const char* write_text_sql = "INSERT OR REPLACE INTO run(name, value) VALUES(?, ?)";

template <typename T>
T number_of(const std::string& text) noexcept {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A column of `totals`: where its number is kept.
struct Column {
  std::string_view name;
  std::uint64_t Totals::*total = nullptr;
  double Totals::*units = nullptr;
  std::uint64_t Counts::*count = nullptr;
};
constexpr std::array columns{Column{.name = "items", .total = &Totals::items},
                             Column{.name = "callbacks", .total = &Totals::callbacks},
                             Column{.name = "groups", .count = &Counts::groups},
                             Column{.name = "queued", .total = &Totals::queued},
                             Column{.name = "done", .total = &Totals::done},
                             Column{.name = "skipped", .total = &Totals::skipped},
                             Column{.name = "failed", .total = &Totals::failed},
                             Column{.name = "in_doubt", .total = &Totals::in_doubt},
                             Column{.name = "gone", .total = &Totals::gone},
                             Column{.name = "replaced", .total = &Totals::replaced},
                             Column{.name = "quarantined", .total = &Totals::quarantined},
                             Column{.name = "sent", .total = &Totals::sent},
                             Column{.name = "throttled", .total = &Totals::throttled},
                             Column{.name = "retried", .total = &Totals::retried},
                             Column{.name = "in_doubt_applied", .total = &Totals::in_doubt_applied},
                             Column{.name = "in_doubt_not_applied", .total = &Totals::in_doubt_not_applied},
                             Column{.name = "conflicts_resolved", .total = &Totals::conflicts_resolved},
                             Column{.name = "read_units", .units = &Totals::read_units},
                             Column{.name = "write_units", .units = &Totals::write_units},
                             Column{.name = "send_mark", .count = &Counts::send_mark},
                             Column{.name = "outcomes_digest", .count = &Counts::outcomes_digest},
                             Column{.name = "cursors_digest", .count = &Counts::cursors_digest},
                             Column{.name = "late_digest", .count = &Counts::late_digest},
                             Column{.name = "seen_digest", .count = &Counts::seen_digest},
                             Column{.name = "trimmed", .count = &Counts::trimmed}};

std::string names_of_columns() {
  std::string names;
  for (const Column& column : columns) {
    names += std::string(column.name) + ", ";
  }
  return names + "checksum";
}

std::string write_counts_sql() {
  std::string marks = "1";
  for (std::size_t i = 0; i <= columns.size(); ++i) {
    marks += ", ?";
  }
  return "INSERT OR REPLACE INTO totals(id, " + names_of_columns() + ") VALUES(" + marks + ")";
}

// Over all columns, the numbers of units as their bits.
std::int32_t checksum(const Counts& counts) noexcept {
  std::array<std::uint64_t, columns.size()> row{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns.at(i);
    row.at(i) = column.total != nullptr   ? counts.totals.*column.total
                : column.units != nullptr ? std::bit_cast<std::uint64_t>(counts.totals.*column.units)
                                          : counts.*column.count;
  }
  return Checksum().add(std::span<const std::uint64_t>(row)).value();
}

void write(Statement& statement, const Counts& counts) {
  int index = 0;
  for (const Column& column : columns) {
    ++index;
    if (column.units != nullptr) {
      statement.bind(index, counts.totals.*column.units);
    } else {
      const std::uint64_t number = column.total != nullptr ? counts.totals.*column.total : counts.*column.count;
      statement.bind(index, static_cast<std::int64_t>(number));
    }
  }
  statement.bind(index + 1, std::int64_t{checksum(counts)});
  statement.run();
}

std::uint64_t digest_of(const Cursor& cursor) noexcept {
  Checksum sum;
  sum.add({cursor.segment, static_cast<std::uint64_t>(cursor.finished)}).add(cursor.last_key);
  return mix(static_cast<std::uint32_t>(sum.value()) + (std::uint64_t{cursor.segment} << 32U));
}

}  // namespace

RunState::Texts RunState::texts_of(const RunHeader& header, const Situation& situation) {
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
          {"revision", header.revision},
          {"stamp", header.stamp},
          {"epoch", std::to_string(header.epoch)},
          {"images", header.images ? "yes" : "no"},
          {"index", header.index},
          {"phase", std::string(phase_names.at(static_cast<std::size_t>(situation.phase)))},
          {"generation", std::to_string(situation.generation)},
          {"sent_before", situation.sent_before.text()}};
}

namespace {

template <typename Texts>
std::string checksum_of(const Texts& texts) {
  Checksum sum;
  for (const auto& [name, value] : texts) {
    sum.add(name).add(value);
  }
  return std::to_string(sum.value());
}

}  // namespace

void RunState::write(Statement& statement, const Texts& texts) {
  const std::string sum = checksum_of(texts);
  for (const auto& [name, value] : texts) {
    statement.bind(1, std::string_view(name));
    statement.bind(2, std::string_view(value));
    statement.run();
  }
  statement.bind(1, std::string_view("checksum"));
  statement.bind(2, std::string_view(sum));
  statement.run();
}

void RunState::create(Database& database, const RunHeader& header) {
  Statement write_text(database, write_text_sql);
  write(write_text, texts_of(header, {}));
  Statement write_counts(database, write_counts_sql());
  journal::write(write_counts, Counts{});
}

RunState::RunState(Database& database)
    : database_(&database),
      write_text_(database, write_text_sql),
      write_cursor_(database, "INSERT OR REPLACE INTO cursors(segment, last_key, finished) VALUES(?, ?, ?)"),
      write_counts_(database, write_counts_sql()) {
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
  const std::string written = texts["checksum"];
  texts.erase("checksum");
  if (written != checksum_of(texts)) {
    throw damaged(database_->file(), "its description of the run is not as it was written");
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
                      .drift_version = texts["drift_version"],
                      .revision = texts["revision"],
                      .stamp = texts["stamp"],
                      .epoch = number_of<std::uint64_t>(texts["epoch"]),
                      .images = texts["images"] == "yes",
                      .index = texts["index"]};
  for (std::size_t i = 0; i < phase_names.size(); ++i) {
    if (texts["phase"] == phase_names.at(i)) {
      situation_.phase = static_cast<RunPhase>(i);
    }
  }
  situation_.generation = number_of<std::uint64_t>(texts["generation"]);
  situation_.sent_before = SendMarks::of(texts["sent_before"]);
}

void RunState::read_counts() {
  Statement row(*database_, "SELECT " + names_of_columns() + " FROM totals WHERE id = 1");
  if (!row.step()) {
    throw damaged(database_->file(), "its totals are missing");
  }
  int index = 0;
  for (const Column& column : columns) {
    if (column.units != nullptr) {
      counts_.totals.*column.units = row.real(index);
    } else if (column.total != nullptr) {
      counts_.totals.*column.total = row.natural(index);
    } else {
      counts_.*column.count = row.natural(index);
    }
    ++index;
  }
  if (row.integer(index) != checksum(counts_)) {
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

void RunState::change(const Situation& situation, const Counts& counts) {
  Transaction transaction(*database_);
  write(write_text_, texts_of(header_, situation));
  write_counts(counts);
  transaction.commit();
  situation_ = situation;
  counts_ = counts;
}

void RunState::set_phase(RunPhase phase) {
  Situation situation = situation_;
  situation.phase = phase;
  change(situation, counts_);
}

void RunState::begin_generation(bool distrusted) {
  Situation situation = situation_;
  // The mark may be ahead of the queue; what is queued after this opening was not there to be sent.
  situation.sent_before.add(situation.generation, std::min(counts_.send_mark, counts_.totals.queued));
  ++situation.generation;
  if (distrusted) situation.sent_before.add(situation.generation, counts_.totals.queued);
  Counts counts = counts_;
  counts.send_mark = 0;
  change(situation, counts);
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

void RunState::write_counts(const Counts& counts) { journal::write(write_counts_, counts); }

void RunState::committed(const Counts& counts, const Cursors& moved) {
  counts_ = counts;
  for (const auto& [segment, cursor] : moved) {
    cursors_.insert_or_assign(segment, cursor);
  }
}

}  // namespace drift::journal
