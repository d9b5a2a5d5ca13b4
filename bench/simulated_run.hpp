// simulate: carries out the apply phase of a run against a SimulatedTable in virtual time. All of it is drift's own
// but the table and the loop: the applier, the pace, the client's calls and a journal on disk, whose work takes no
// virtual time.
#pragma once

#include "bench/simulated_server.hpp"
#include "bench/simulated_table.hpp"

#include <drift/rate.hpp>

#include <cstdint>
#include <vector>

namespace drift::bench {

struct Scenario {
  const char* name = "";
  ItemsPlan items = {};
  TablePlan table = {};
  ForegroundPlan foreground = {};
  double rate = 0;  // given to the run, units a second; 0: none
  Way way = {};
};

struct SimulatedRun {
  double seconds = 0;  // until the last item was written
  std::vector<Second> by_second;
  Served served = {};            // the run's requests
  Served foreground = {};        // and the foreground's, while the run went on
  Served foreground_alone = {};  // for as long without a run
  double ideal_seconds = 0;
};

// Throws Error when the run does not do all of its work.
SimulatedRun simulate(const Scenario& scenario, std::uint64_t seed);

}  // namespace drift::bench
