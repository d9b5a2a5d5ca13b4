// See progress_line.hpp.
#include "demo/progress_line.hpp"

#include "demo/text.hpp"

#include <algorithm>

namespace demo {

namespace {

constexpr std::uint64_t bar_columns = 20;
constexpr std::size_t verb_columns = 10;
constexpr std::chrono::milliseconds live_pause{50};  // while filling and checking; a run has a pause of its own
constexpr std::chrono::seconds plain_pause{2};
constexpr std::chrono::milliseconds rate_after{100};

std::string repeated(std::string_view piece, std::uint64_t times) {
  std::string text;
  for (std::uint64_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string throttled_text(const drift::Progress& progress) {
  return progress.throttled == 0 ? "" : " · " + with_commas(progress.throttled) + " throttled";
}

}  // namespace

void ProgressLine::show(const drift::Progress& progress) {
  if (progress.phase == drift::Phase::scanning) {
    write({.verb = "scanning",
           .done = progress.items_scanned,
           .total = progress.items_estimated,
           .counts =
               with_commas(progress.items_scanned) + " of about " + with_commas(progress.items_estimated) + " items",
           .unit = "items",
           .more = units_text(progress.read_units) + " RCU" + throttled_text(progress)});
  } else if (progress.phase == drift::Phase::applying) {
    write({.verb = "applying",
           .done = progress.actions_done,
           .total = progress.actions_queued,
           .counts = with_commas(progress.actions_done) + " of " + with_commas(progress.actions_queued) + " actions",
           .unit = "actions",
           .more = units_text(progress.write_units) + " WCU" + throttled_text(progress)});
  }
}

void ProgressLine::show(const std::string& verb, std::uint64_t done, std::uint64_t total) {
  const auto now = Clock::now();
  if (verb == verb_ && done != total && now - looked_ < live_pause) return;
  looked_ = now;
  write({.verb = verb,
         .done = done,
         .total = total,
         .counts = with_commas(done) + " of " + with_commas(total) + " items",
         .unit = "items"});
}

void ProgressLine::write(const Line& line) {
  const auto now = Clock::now();
  if (line.verb != verb_) begin(line, now);
  if (!terminal_->live()) {
    if (now - written_ < plain_pause) return;
    written_ = now;
  }
  const std::uint64_t speed = rate(line, now);
  std::string tail = line.counts;
  if (speed > 0) tail += " · " + with_commas(speed) + " " + line.unit + "/s";
  if (!line.more.empty()) tail += " · " + line.more;
  const std::string head = "  " + padded_right(line.verb, verb_columns);
  if (!terminal_->live()) return terminal_->line(head + tail);

  const std::uint64_t full = line.total == 0 ? 0 : std::min(bar_columns, line.done * bar_columns / line.total);
  tail = cut(tail, Terminal::columns - width_of(head) - bar_columns - 3);
  const std::string bar = terminal_->accent(repeated("━", full)) + terminal_->faint(repeated("─", bar_columns - full));
  terminal_->rewrite(head + bar + "  " + tail, width_of(head) + bar_columns + 2 + width_of(tail));
}

void ProgressLine::begin(const Line& line, Clock::time_point now) {
  verb_ = line.verb;
  began_ = now;
  began_with_ = line.done;
  written_ = now;
}

std::uint64_t ProgressLine::rate(const Line& line, Clock::time_point now) const {
  const auto elapsed = now - began_;
  if (elapsed < rate_after || line.done <= began_with_) return 0;
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return static_cast<std::uint64_t>(static_cast<double>(line.done - began_with_) / seconds);
}

}  // namespace demo
