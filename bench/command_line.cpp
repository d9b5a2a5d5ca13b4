// The command line of a benchmark: see the header.
#include "bench/command_line.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace drift::bench {

std::size_t number_option(const std::vector<std::string>& arguments, const std::string& name, std::size_t otherwise) {
  const auto at = std::find(arguments.begin(), arguments.end(), name);
  return at == arguments.end() || at + 1 == arguments.end() ? otherwise : std::stoul(*(at + 1));
}

int run_main(int argc, char** argv, int (*main_of)(const std::vector<std::string>& arguments)) {
  try {
    return main_of({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 1;
}

}  // namespace drift::bench
