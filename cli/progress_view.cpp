// ProgressView: see the header.
#include "cli/progress_view.hpp"

#include "cli/numbers.hpp"

#include <algorithm>
#include <utility>

namespace drift::cli {

namespace {

constexpr std::chrono::seconds lines_every{30};
constexpr std::size_t bar_width = 20;
// Less is too little to tell how long the rest takes.
constexpr double least_share_for_eta = 0.01;

struct Counts {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // about; 0: not known
  const char* what = "";
};

Counts counts_of(const Progress& progress) {
  if (progress.phase == Phase::applying && progress.segments_done == progress.segments) {
    const std::uint64_t done = progress.actions_done + progress.actions_skipped + progress.gone;
    return {.done = done, .total = progress.actions_queued, .what = "actions"};
  }
  return {.done = progress.items_scanned, .total = progress.items_estimated, .what = "items"};
}

const char* phase_text(Phase phase) {
  switch (phase) {
    case Phase::preparing:
      return "preparing";
    case Phase::scanning:
      return "scan";
    case Phase::applying:
      return "apply";
    case Phase::recording:
      return "record";
    case Phase::finished:
      break;
  }
  return "end";
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(bar_width));
  return "[" + std::string(full, '#') + std::string(bar_width - full, '.') + "]";
}

std::string rate(double per_second) { return grouped(static_cast<std::uint64_t>(std::max(per_second, 0.0) + 0.5)); }

}  // namespace

void ProgressView::follow_phase(const Progress& progress, Time now) {
  if (phase_ == progress.phase && phase_began_ != Time{}) return;
  phase_ = progress.phase;
  phase_began_ = now;
  at_phase_ = progress;
}

std::string ProgressView::line(const Progress& progress, Time now) {
  follow_phase(progress, now);
  const Counts counts = counts_of(progress);
  const double seconds = std::chrono::duration<double>(now - phase_began_).count();
  const double done_now = static_cast<double>(counts.done - std::min(counts_of(at_phase_).done, counts.done));
  std::string line = what_ + "  " + phase_text(progress.phase);
  const double share = counts.total > 0 ? static_cast<double>(counts.done) / static_cast<double>(counts.total) : 0;
  if (counts.total > 0) line += " " + bar(share);
  line += " " + grouped(counts.done);
  if (counts.total > 0)
    line += std::string(progress.phase == Phase::applying ? " of " : " of about ") + grouped(counts.total);
  line += std::string(" ") + counts.what;
  if (seconds >= 1) {
    const double units = progress.phase == Phase::applying ? progress.write_units - at_phase_.write_units
                                                           : progress.read_units - at_phase_.read_units;
    line += ", " + rate(done_now / seconds) + "/s, " + rate(units / seconds) +
            (progress.phase == Phase::applying ? " WCU/s" : " RCU/s");
  }
  if (progress.throttled > 0) line += ", " + grouped(progress.throttled) + " throttled";
  if (!progress.pace_reason.empty()) line += ", " + progress.pace_reason;
  if (!progress.skew.empty()) line += ", " + progress.skew;
  if (share >= least_share_for_eta && share < 1 && done_now > 0) {
    const double left = static_cast<double>(counts.total - counts.done) * seconds / done_now;
    line += ", about " + duration_text(std::chrono::seconds(static_cast<std::int64_t>(left))) + " left";
  }
  return line;
}

void ProgressView::show(const Progress& progress, Time now) {
  if (console_.is_live()) return console_.live(line(progress, now));
  if (printed_ == Time{}) printed_ = now;
  const std::string text = line(progress, now);  // follows the phases in any case
  if (now - printed_ < lines_every) return;
  printed_ = now;
  console_.note(text);
}

}  // namespace drift::cli
