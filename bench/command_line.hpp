// What benchmarks with a table of their own have in common: their options, and how they end.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace drift::bench {

// The number behind `name` among the arguments; `otherwise` where it is not there.
std::size_t number_option(const std::vector<std::string>& arguments, const std::string& name, std::size_t otherwise);

// For main(): calls `main_of` with the arguments. What it throws is printed, and gives 1.
int run_main(int argc, char** argv, int (*main_of)(const std::vector<std::string>& arguments));

}  // namespace drift::bench
