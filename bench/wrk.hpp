// wrk, a load generator that does nothing but send and receive, as the reference of what a client of DynamoDB costs:
// it sends requests that were signed beforehand.
#pragma once

#include "bench/measured_process.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace drift::bench {

struct WrkResult {
  bool ok = false;
  double cpu_us = 0;      // a request
  double per_second = 0;  // requests
};

struct WrkLoad {
  std::size_t connections = 64;
  std::size_t seconds = 3;
};

// UpdateItem with the bodies, in turn, as a measured process. When it fails, what it printed goes to standard error.
WrkResult run_wrk(const std::string& endpoint, const std::vector<std::string>& bodies, const WrkLoad& load);

}  // namespace drift::bench
