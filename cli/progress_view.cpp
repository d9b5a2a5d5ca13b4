// ProgressView: see the header.
#include "cli/progress_view.hpp"

#include "cli/columns.hpp"
#include "cli/numbers.hpp"

#include <algorithm>
#include <array>

namespace drift::cli {

namespace {

constexpr std::chrono::seconds lines_every{30};
// Rates are those of so long a time: a new rate, or a pause, is soon seen in them.
constexpr std::chrono::seconds window{30};
constexpr std::chrono::seconds samples_every{1};
// Less is too little to tell how long the rest takes.
constexpr double least_share_for_eta = 0.01;

struct Counts {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // about; 0: not known
  bool actions = false;     // else items
};

Counts counts_of(const Progress& progress) {
  if (progress.phase == Phase::applying && progress.segments_done == progress.segments) {
    const std::uint64_t done = progress.actions_done + progress.actions_skipped + progress.gone;
    return {.done = done, .total = progress.actions_queued, .actions = true};
  }
  return {.done = progress.items_scanned, .total = progress.items_estimated};
}

// The units that are counted in the same phase.
double units_of(const Progress& progress) {
  return progress.phase == Phase::applying ? progress.write_units : progress.read_units;
}

const char* phase_text(Phase phase) {
  static constexpr std::array<const char*, 5> texts{"preparing", "scan", "apply", "recording", "end"};
  return texts.at(static_cast<std::size_t>(phase));
}

const char* unit_text(Phase phase) { return phase == Phase::applying ? "WCU" : "RCU"; }

std::string bar(const Counts& counts, std::size_t width) {
  // The total is an estimate: more may be done.
  const auto full = static_cast<std::size_t>(std::min(counts.done, counts.total) * width / counts.total);
  return " [" + std::string(full, '#') + std::string(width - full, '.') + "]";
}

std::size_t bar_width(std::size_t columns) { return columns >= 100 ? 20 : columns >= 75 ? 10 : 0; }

std::string counted(std::uint64_t count, const char* what) { return grouped(count) + " " + what; }

const char* thing(const Counts& counts) { return counts.actions ? "actions" : "items"; }

std::string counts_text(const Counts& counts) {
  std::string text = grouped(counts.done);
  if (counts.total > 0) text += (counts.actions ? " of " : " of about ") + grouped(counts.total);
  return text + " " + thing(counts);
}

bool has_counts(Phase phase) { return phase == Phase::scanning || phase == Phase::applying; }

std::string throttled_text(const Progress& progress) {
  return progress.throttled > 0 ? ", " + counted(progress.throttled, "throttled") : "";
}

// What it comes from that the run is no faster.
std::string reason_text(const Progress& progress) {
  return progress.pace_reason.empty() ? "" : ", " + progress.pace_reason;
}

std::string errors_text(const Progress& progress) {
  const std::uint64_t errors = progress.callback_errors + progress.action_errors;
  return errors > 0 ? ", " + counted(errors, errors == 1 ? "error" : "errors") : "";
}

std::string left_text(const Counts& counts, double per_second) {
  const auto done = static_cast<double>(counts.done);
  const auto total = static_cast<double>(counts.total);
  if (per_second <= 0 || done >= total || done < least_share_for_eta * total) return {};
  return ", " + duration_text(std::chrono::seconds(static_cast<std::int64_t>((total - done) / per_second) + 1)) +
         " left";
}

}  // namespace

std::string ProgressView::follow(const Progress& progress, Time now) {
  std::string stays;
  if (progress.phase != phase_ || phase_began_ == Time{}) {
    // One that was stopped has not come to its end: what is said of the run says how far it came.
    if (has_counts(phase_) && progress.phase != Phase::finished) {
      Progress then = progress;
      then.phase = phase_;
      const Counts counts = counts_of(then);
      const auto took = std::chrono::duration_cast<std::chrono::seconds>(now - phase_began_);
      if (counts.done > 0)
        stays = what_ + "  " + phase_text(phase_) + " done: " + counted(counts.done, thing(counts)) + ", " +
                whole(units_of(then)) + " " + unit_text(phase_) + ", " + duration_text(took);
    }
    phase_ = progress.phase;
    phase_began_ = now;
    samples_.clear();
  }
  const Counts counts = counts_of(progress);
  const Sample sample{.time = now, .done = counts.done, .actions = counts.actions, .units = units_of(progress)};
  // With Apply::streaming it is items first, and actions when all are scanned.
  if (!samples_.empty() && samples_.back().actions != sample.actions) samples_.clear();
  if (samples_.empty() || now - samples_.back().time >= samples_every) samples_.push_back(sample);
  while (samples_.size() > 1 && now - samples_.front().time > window) samples_.pop_front();
  return stays;
}

std::vector<ProgressView::Part> ProgressView::parts(const Progress& progress, Time now, std::size_t columns) const {
  std::vector<Part> parts{{what_ + "  " + phase_text(progress.phase)}};
  if (!has_counts(progress.phase)) return parts;
  const Counts counts = counts_of(progress);
  const std::size_t width = bar_width(columns);
  if (counts.total > 0 && width > 0) parts.push_back({bar(counts, width), 3});
  parts.push_back({" " + counts_text(counts)});
  if (progress.pace == Pace::paused) {
    parts.push_back({", paused by ctl" + errors_text(progress) + throttled_text(progress)});
    return parts;
  }
  parts.push_back({errors_text(progress)});
  Part units{"", 1};
  const double seconds = samples_.empty() ? 0 : std::chrono::duration<double>(now - samples_.front().time).count();
  if (seconds >= 1) {
    const double per_second = static_cast<double>(counts.done - samples_.front().done) / seconds;
    parts.push_back({", " + whole(per_second) + "/s", 5});
    parts.push_back({left_text(counts, per_second), 6});
    units.text =
        ", " + whole((units_of(progress) - samples_.front().units) / seconds) + " " + unit_text(progress.phase) + "/s";
  }
  const Part throttled{throttled_text(progress), 4};
  // A rate that was given is known to who reads it; what a table refuses comes before what may be cut.
  if (progress.pace == Pace::limited) {
    parts.insert(parts.end(), {units, throttled, {reason_text(progress), 2}});
  } else {
    parts.insert(parts.end(), {{reason_text(progress)}, units, throttled});
  }
  if (!progress.skew.empty()) parts.push_back({", " + progress.skew, 2});
  return parts;
}

std::string ProgressView::line(const Progress& progress, Time now, std::size_t columns) const {
  return joined(parts(progress, now, columns));
}

std::string ProgressView::short_line(const Progress& progress, Time now, std::size_t columns) const {
  std::vector<Part> kept = parts(progress, now, columns);
  for (int leaving = 1; leaving <= leaves_last && columns_of(joined(kept)) > columns; ++leaving) {
    std::erase_if(kept, [&](const Part& part) { return part.leaves == leaving; });
  }
  return joined(kept);
}

std::string ProgressView::joined(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) text += part.text;
  return text;
}

void ProgressView::show(const Progress& progress, Time now) {
  const std::string stays = follow(progress, now);
  if (console_.is_live()) {
    if (!stays.empty()) console_.note(stays);
    if (progress.phase != Phase::finished) console_.live(short_line(progress, now, console_.columns()));
    return;
  }
  // Where there is no terminal a short run says nothing.
  if (!stays.empty() && std::exchange(phase_printed_, false)) console_.note(stays);
  if (!printed_) printed_ = now;
  if (now - *printed_ < lines_every || progress.phase == Phase::finished) return;
  printed_ = now;
  phase_printed_ = true;
  console_.note(line(progress, now, console_.columns()));
}

}  // namespace drift::cli
