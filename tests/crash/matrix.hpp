// The crash matrix: a scenario is recorded once, then lived again and again, ending at another of its events each time;
// what is left has to go on to exactly the model's end. With every third point the process that goes on is ended too.
#pragma once

#include "events.hpp"
#include "life.hpp"
#include "scenario.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace drift::testing::crash {

// A scenario, and where it ends.
struct Point {
  Variant variant = Variant::run;
  std::size_t concurrency = 1;
  std::uint64_t seed = 0;
  std::uint32_t crash_at = never;
  Stage stage = Stage::prepare;  // as recorded; another life may be at another place

  [[nodiscard]] std::string text() const;
};

// What came of a point; plain data in shared memory.
struct PointResult {
  bool lived;    // the point was tried
  bool crashed;  // and reached
  Stage stage;
  SharedText event;
  SharedText problem;  // empty: as it should be
};

using Recording = std::vector<Log::Event>;

// What a person sees of a crash: a tool between two lives that changes what is on the disk or in the run table, to
// show that the checks find what it breaks. Empty: nothing.
using BetweenLives = std::function<void(Scenario&)>;

struct MatrixOptions {
  std::string endpoint = {};
  std::filesystem::path directory = {};
  std::string name = {};  // of this matrix; part of the tables' names
  migrate::RunSettings settings = {};
  BetweenLives between = {};
  bool second_crashes = true;
  bool there_and_back = true;
};

// All events of a run; of one with `crash_at`, those of the life that goes on after it. Throws where it does not come
// to its end.
Recording record(const MatrixOptions& options, const Point& point);
// Of a recording, the points that a matrix takes: at most `max_each` a stage, spread over it.
std::vector<Point> choose(const Recording& recording, const Point& of,
                          const std::array<std::size_t, stage_count>& max_each);
std::vector<PointResult> live_through(const MatrixOptions& options, const std::vector<Point>& points,
                                      std::size_t workers);

}  // namespace drift::testing::crash
