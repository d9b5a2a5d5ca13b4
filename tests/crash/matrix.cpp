// The crash matrix: see the header.
#include "matrix.hpp"

#include "event_vfs.hpp"
#include "support/processes.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

namespace drift::testing::crash {

namespace {

// The scenario of a point, under a name of its own.
class Place {
 public:
  Place(const MatrixOptions& options, const Point& point, const std::string& name)
      : options_(options),
        point_(point),
        scenario_(options.endpoint, options.name + name, options.directory / (options.name + name),
                  {.variant = point.variant,
                   .concurrency = point.concurrency,
                   .seed = point.seed,
                   .settings = settings_of(options, point)}) {}
  ~Place() {
    scenario_.remove_tables();
    std::error_code ignored;
    std::filesystem::remove_all(scenario_.state(), ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // Each in a process of its own.
  std::string first_life(Log& log, std::uint32_t crash_at) {
    return live_once([&] {
      scenario_.prepare();
      return watched_life(log, crash_at);
    });
  }
  std::string next_life(Log& log, std::uint32_t crash_at) {
    return live_once([&] { return watched_life(log, crash_at); });
  }
  std::string last_life(bool doubt_possible, bool and_back) {
    return live_once([&] {
      Shared<Log> log;
      watch(*log, never);
      std::string problem = scenario_.finish(doubt_possible);
      if (problem.empty()) problem = scenario_.check(doubt_possible);
      if (problem.empty() && and_back) problem = scenario_.there_and_back();
      return problem;
    });
  }
  void break_something() {
    if (options_.between) live_once([&] { return options_.between(scenario_), std::string(); });
  }

 private:
  // With each other seed the send mark goes ahead of only a few actions, so that a crash leaves unmarked ones too.
  static migrate::RunSettings settings_of(const MatrixOptions& options, const Point& point) {
    migrate::RunSettings settings = options.settings;
    if (point.seed % 2 == 1) settings.limits.mark_ahead = 4;
    return settings;
  }
  std::string watched_life(Log& log, std::uint32_t crash_at) {
    watch(log, crash_at);
    const Report report = scenario_.live();
    return report.ok() || report.outcome == Outcome::quarantined ? "" : "a life: " + errors_of(report);
  }
  void watch(Log& log, std::uint32_t crash_at) {
    EventVfs::install();
    events::watch(log, crash_at, point_.variant >= Variant::undo);
  }

  const MatrixOptions& options_;
  const Point& point_;
  Scenario scenario_;
};

bool is_end_of_run(const PointResult& result) {
  const std::string event = result.event.get();
  return result.stage >= Stage::ledger &&
         (event.starts_with("journal.") || event.starts_with("run.") || event.starts_with("ledger.") ||
          event.starts_with("undo.drop") || event.starts_with("request.TransactWriteItems."));
}

void live_through(const MatrixOptions& options, const Point& point, std::size_t number, PointResult& result) {
  Place place(options, point, std::to_string(number));
  Shared<Log> log;
  result.lived = true;
  std::string problem = place.first_life(*log, point.crash_at);
  result.crashed = problem == ended_at_event;
  if (!result.crashed && !problem.empty()) return result.problem.set("first life: " + problem);
  if (result.crashed) {
    const Log::Event& event = log->events.at(point.crash_at);
    result.stage = event.stage;
    result.event.set(event.name.data());
  }
  bool doubt_possible = log->applying || log->opened || loses_answers(point.variant);
  place.break_something();
  std::mt19937_64 random(point.seed * 1'000'003 + point.crash_at);
  if (options.second_crashes && result.crashed && random() % 3 == 0) {
    const auto at = static_cast<std::uint32_t>(random() % 150);
    place.next_life(*log, at);  // whatever becomes of it, the last life goes on
    doubt_possible = doubt_possible || log->applying || log->opened;
  }
  result.problem.set(place.last_life(doubt_possible, options.there_and_back && is_end_of_run(result)));
}

}  // namespace

std::string Point::text() const {
  return std::string(variant_name(variant)) + ", concurrency " + std::to_string(concurrency) + ", seed " +
         std::to_string(seed) + (crash_at == never ? "" : ", event " + std::to_string(crash_at));
}

Recording record(const MatrixOptions& options, const Point& point) {
  Place place(options, point, "record");
  Shared<Log> log;
  std::string problem = place.first_life(*log, point.crash_at);
  if (problem == ended_at_event) problem = place.next_life(*log, never);
  const bool doubt_possible = loses_answers(point.variant) || point.crash_at != never;
  if (problem.empty()) problem = place.last_life(doubt_possible, false);
  if (!problem.empty()) throw std::runtime_error("the recording of " + point.text() + ": " + problem);
  return {log->events.begin(), log->events.begin() + static_cast<std::ptrdiff_t>(log->size())};
}

std::vector<Point> choose(const Recording& recording, const Point& of,
                          const std::array<std::size_t, stage_count>& max_each) {
  std::array<std::vector<std::uint32_t>, stage_count> places;
  for (std::uint32_t i = 0; i < recording.size(); ++i) {
    places.at(static_cast<std::size_t>(recording[i].stage)).push_back(i);
  }
  std::vector<Point> points;
  for (std::size_t stage = 0; stage < stage_count; ++stage) {
    const auto& all = places.at(stage);
    const std::size_t take = std::min(all.size(), max_each.at(stage));
    for (std::size_t i = 0; i < take; ++i) {
      Point point = of;
      point.crash_at = all[i * all.size() / take];
      point.stage = static_cast<Stage>(stage);
      points.push_back(point);
    }
  }
  return points;
}

std::vector<PointResult> live_through(const MatrixOptions& options, const std::vector<Point>& points,
                                      std::size_t workers) {
  Shared<PointResult> results(points.size());
  in_parallel(workers, points.size(), [&](std::size_t i) { live_through(options, points[i], i, results[i]); });
  std::vector<PointResult> result;
  for (std::size_t i = 0; i < points.size(); ++i) result.push_back(results[i]);
  return result;
}

}  // namespace drift::testing::crash
