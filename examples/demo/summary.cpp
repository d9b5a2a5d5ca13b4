// See summary.hpp.
#include "demo/summary.hpp"

#include "demo/machine.hpp"
#include "demo/text.hpp"

#include <array>

namespace demo {

namespace {

constexpr std::size_t what_columns = 40;
constexpr std::array<std::size_t, 5> column_widths{10, 10, 10, 11, 11};

std::string in_columns(const std::string& what, const std::array<std::string, column_widths.size()>& cells) {
  std::string text = "  " + padded_right(cut(what, what_columns), what_columns);
  for (std::size_t i = 0; i < cells.size(); ++i) text += padded_left(cells[i], column_widths[i]);
  return text;
}

}  // namespace

void Summary::filled(const std::string& table, std::uint64_t items, Time time) {
  rows_.push_back({.what = "filled " + table, .items = items, .time = time});
}

void Summary::ran(const std::string& what, const drift::Report& report, Time time) {
  rows_.push_back({.what = what,
                   .items = report.items_scanned,
                   .actions = report.actions_done,
                   .time = time,
                   .read_units = report.read_units,
                   .write_units = report.write_units});
}

void Summary::checked(std::uint64_t items, Time time) {
  ++checks_;
  items_checked_ += items;
  checking_ += time;
}

void Summary::print(Terminal& terminal, Time total) const {
  terminal.heading("What happened");
  terminal.line(terminal.faint(in_columns("", {"items", "actions", "time", "RCU", "WCU"})));
  for (const Row& row : rows_) print(terminal, row);
  const std::string checks = std::to_string(checks_) + " checks of whole tables, no difference";
  print(terminal, {.what = checks, .items = items_checked_, .time = checking_});
  terminal.line();
  terminal.line("  " + seconds_text(total) + " in all; this program's memory was at most " + bytes_text(memory_peak()) +
                ".");
}

void Summary::print(Terminal& terminal, const Row& row) {
  const std::string nothing = "–";
  terminal.line(in_columns(row.what, {with_commas(row.items), row.actions ? with_commas(*row.actions) : nothing,
                                      seconds_text(row.time), row.read_units ? units_text(*row.read_units) : nothing,
                                      row.write_units ? units_text(*row.write_units) : nothing}));
}

}  // namespace demo
