#include "journal/outcome_table.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace drift::journal {
namespace {

std::int32_t image_checksum(std::uint64_t sequence, std::string_view image) noexcept {
  return Checksum().add({sequence}).add(image).value();
}

// The states that say "certainly not executed": true of the opening that wrote them, until a later one sends again.
bool may_be_sent_again(ActionState state) noexcept {
  return state == ActionState::queued || state == ActionState::failed || state == ActionState::quarantined;
}

}  // namespace

OutcomeTable::OutcomeTable(Database& database)
    : database_(&database),
      insert_(database,
              "INSERT INTO outcomes(sequence, state, detail, write_units, throttled, generation, image)"
              " VALUES(?, ?, ?, ?, ?, ?, ?)"),
      update_(database,
              "UPDATE outcomes SET state = ?2, detail = ?3, write_units = ?4, throttled = ?5, generation = ?6,"
              " image = ?7 WHERE sequence = ?1"),
      delete_(database, "DELETE FROM outcomes WHERE sequence = ?"),
      find_(database,
            "SELECT sequence, state, detail, write_units, throttled, generation, image FROM outcomes"
            " WHERE sequence = ?"),
      walk_(database, "SELECT sequence, state, generation FROM outcomes WHERE sequence >= ? ORDER BY sequence"),
      with_state_(database,
                  "SELECT sequence, state, detail, write_units, throttled, generation, image FROM outcomes"
                  " WHERE (1 << state) & ? ORDER BY sequence LIMIT ?"),
      insert_image_(database, "INSERT OR REPLACE INTO images(sequence, image, checksum) VALUES(?, ?, ?)"),
      select_image_(database, "SELECT image, checksum FROM images WHERE sequence = ?"),
      rows_up_to_(database,
                  "SELECT sequence, state, detail, write_units, throttled, generation, image FROM outcomes"
                  " WHERE sequence <= ? ORDER BY sequence"),
      trim_(database, "DELETE FROM outcomes WHERE sequence <= ?"),
      trim_images_(database, "DELETE FROM images WHERE sequence <= ?") {}

bool OutcomeTable::is_settled(ActionState state) noexcept {
  return !may_be_sent_again(state) && state != ActionState::sent;
}

bool OutcomeTable::is_finished(ActionState state) noexcept {
  return is_settled(state) && state != ActionState::in_doubt;
}

std::uint64_t OutcomeTable::digest_of(const Row& row) noexcept {
  const ActionOutcome& outcome = row.outcome;
  std::uint64_t digest = mix(outcome.sequence) + static_cast<std::uint64_t>(outcome.state);
  digest = mix(digest) + std::bit_cast<std::uint64_t>(outcome.write_units);
  digest = mix(digest) + (row.generation << 33U) + (std::uint64_t{outcome.throttled} << 1U) + (row.image ? 1 : 0);
  if (!outcome.detail.empty()) {
    digest = mix(digest) + static_cast<std::uint32_t>(Checksum().add(outcome.detail).value());
  }
  return mix(digest);
}

// Adds a row to the sums, or takes it out again.
void OutcomeTable::count(Sums& sums, const Row& row, bool in) noexcept {
  const std::uint64_t digest = digest_of(row);
  sums.digest += in ? digest : ~digest + 1;
  const auto state = static_cast<std::size_t>(row.outcome.state);
  if (row.outcome.state != ActionState::queued && state < states) {
    sums.of_state[state] += in ? 1 : ~std::uint64_t{0};
  }
}

OutcomeTable::Row OutcomeTable::row_of(const Statement& statement) {
  return {.outcome = {.sequence = statement.natural(0),
                      .state = static_cast<ActionState>(statement.integer(1)),
                      .detail = std::string(statement.text(2)),
                      .write_units = statement.real(3),
                      .throttled = static_cast<std::uint32_t>(statement.natural(4))},
          .generation = statement.natural(5),
          .image = statement.integer(6) != 0};
}

void OutcomeTable::bind(Statement& statement, const Row& row) {
  statement.bind(1, static_cast<std::int64_t>(row.outcome.sequence));
  statement.bind(2, static_cast<std::int64_t>(row.outcome.state));
  statement.bind(3, std::string_view(row.outcome.detail));
  statement.bind(4, row.outcome.write_units);
  statement.bind(5, std::int64_t{row.outcome.throttled});
  statement.bind(6, static_cast<std::int64_t>(row.generation));
  statement.bind(7, static_cast<std::int64_t>(row.image));
}

void OutcomeTable::record(const ActionOutcome& outcome, double write_units, std::uint64_t generation, Sums& sums) {
  Row row{.outcome = {.sequence = outcome.sequence,
                      .state = outcome.state,
                      .detail = outcome.detail,
                      .write_units = write_units,
                      .throttled = outcome.throttled},
          .generation = may_be_sent_again(outcome.state) ? generation : 0,
          .image = !outcome.before.empty()};
  if (row.image) {
    write_image(outcome);
  }
  bind(insert_, row);
  if (insert_.run()) {
    count(sums, row, true);
    return;
  }
  const auto before = this->row(outcome.sequence);
  if (!before) {
    throw damaged(database_->file(), "the outcome of action " + std::to_string(outcome.sequence) + " cannot be read");
  }
  row.outcome.write_units += before->outcome.write_units;
  row.outcome.throttled += before->outcome.throttled;
  row.image = row.image || before->image;
  bind(update_, row);
  update_.run();
  count(sums, *before, false);
  count(sums, row, true);
}

void OutcomeTable::erase(std::uint64_t sequence, Sums& sums) {
  if (const auto before = row(sequence)) {
    count(sums, *before, false);
    delete_.bind(1, static_cast<std::int64_t>(sequence));
    delete_.run();
  }
}

std::optional<OutcomeTable::Row> OutcomeTable::row(std::uint64_t sequence) {
  const StatementReset reset(find_);
  find_.bind(1, static_cast<std::int64_t>(sequence));
  return find_.step() ? std::optional(row_of(find_)) : std::nullopt;
}

std::optional<ActionOutcome> OutcomeTable::find(std::uint64_t sequence) {
  auto found = row(sequence);
  return found ? std::optional(std::move(found->outcome)) : std::nullopt;
}

std::optional<OutcomeTable::Verdict> OutcomeTable::verdict(std::uint64_t sequence) {
  const auto found = row(sequence);
  if (!found) {
    return std::nullopt;
  }
  return Verdict{.sequence = sequence, .state = found->outcome.state, .generation = found->generation};
}

void OutcomeTable::write_image(const ActionOutcome& outcome) {
  insert_image_.bind(1, static_cast<std::int64_t>(outcome.sequence));
  insert_image_.bind(2, std::string_view(outcome.before));
  insert_image_.bind(3, std::int64_t{image_checksum(outcome.sequence, outcome.before)});
  insert_image_.run();
}

std::string OutcomeTable::image(std::uint64_t sequence) {
  const auto found = row(sequence);
  if (!found || !found->image) {
    return {};
  }
  const StatementReset reset(select_image_);
  select_image_.bind(1, static_cast<std::int64_t>(sequence));
  if (!select_image_.step()) {
    throw damaged(database_->file(), "the image before action " + std::to_string(sequence) + " is missing");
  }
  const std::string_view image = select_image_.text(0);
  if (select_image_.integer(1) != image_checksum(sequence, image)) {
    throw damaged(database_->file(),
                  "the image before action " + std::to_string(sequence) + " is not as it was written");
  }
  return std::string(image);
}

OutcomeTable::Sums OutcomeTable::add_up(std::uint64_t& settled_prefix) {
  Sums sums;
  Statement all(*database_,
                "SELECT sequence, state, detail, write_units, throttled, generation, image FROM outcomes"
                " ORDER BY sequence");
  while (all.step()) {
    const Row row = row_of(all);
    count(sums, row, true);
    if (row.outcome.sequence == settled_prefix + 1 && is_settled(row.outcome.state)) {
      settled_prefix = row.outcome.sequence;
    }
  }
  return sums;
}

std::uint64_t OutcomeTable::finished_up_to(std::uint64_t from, std::uint64_t most) {
  Walk walk(*this, from + 1);
  while (from < most) {
    const auto verdict = walk.next();
    if (!verdict || verdict->sequence != from + 1 || !is_finished(verdict->state)) {
      break;
    }
    ++from;
  }
  return from;
}

void OutcomeTable::trim(const Rows& rows, std::uint64_t& digest) {
  {
    const StatementReset reset(rows_up_to_);
    rows_up_to_.bind(1, static_cast<std::int64_t>(rows.last));
    for (std::uint64_t sequence = rows.first; sequence <= rows.last; ++sequence) {
      const auto row = rows_up_to_.step() ? std::optional(row_of(rows_up_to_)) : std::nullopt;
      if (!row || row->outcome.sequence != sequence || !is_finished(row->outcome.state)) {
        throw damaged(database_->file(), "the outcome of action " + std::to_string(sequence) + " is missing");
      }
      digest -= digest_of(*row);
    }
  }
  for (Statement* statement : {&trim_, &trim_images_}) {
    statement->bind(1, static_cast<std::int64_t>(rows.last));
    statement->run();
  }
}

OutcomeTable::Walk::Walk(OutcomeTable& outcomes, std::uint64_t first) : statement_(&outcomes.walk_) {
  statement_->bind(1, static_cast<std::int64_t>(first));
}

std::optional<OutcomeTable::Verdict> OutcomeTable::Walk::next() {
  if (!statement_->step()) {
    return std::nullopt;
  }
  return Verdict{.sequence = statement_->natural(0),
                 .state = static_cast<ActionState>(statement_->integer(1)),
                 .generation = statement_->natural(2)};
}

std::vector<ActionOutcome> OutcomeTable::with_state(std::span<const ActionState> wanted, std::size_t count_max) {
  std::int64_t bits = 0;
  for (const ActionState state : wanted) {
    bits |= std::int64_t{1} << static_cast<unsigned>(state);
  }
  const StatementReset reset(with_state_);
  with_state_.bind(1, bits);
  with_state_.bind(2, static_cast<std::int64_t>(count_max));
  std::vector<ActionOutcome> result;
  while (with_state_.step()) {
    result.push_back(row_of(with_state_).outcome);
  }
  return result;
}

}  // namespace drift::journal
