// Processes whose CPU is measured: a figure is what a process of its own took, from its start to its end.
#pragma once

#include <string>
#include <vector>

namespace drift::bench {

struct Measured {
  bool ok = false;          // it ended with 0
  std::string output = {};  // its standard output
  double cpu_seconds = 0;   // of the user and of the kernel on its behalf
};

// Runs a program, looked for in PATH, to its end, on the cores that leave_core_to_server() leaves.
Measured run_measured(const std::vector<std::string>& command);

// CPU seconds of this process so far.
double cpu_seconds();

// The program that calls this, to be run once more.
std::string this_program();

// Of at least one value.
double median(std::vector<double> values);

}  // namespace drift::bench
