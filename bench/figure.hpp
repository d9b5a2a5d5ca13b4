// A figure of `make bench` as scripts/bench understands it: it gathers them from all programs for the table at its end,
// and compares their ratios with bench/baseline.tsv.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drift::bench {

struct Figure {
  std::string_view name;
  // Of the measured value to its reference of the same run, so that a machine's speed cancels out. Smaller is better.
  // Empty: not compared with a baseline.
  std::optional<double> ratio = {};
  std::string measured = {};
  std::string reference = {};  // empty: there is none
  std::string must_be = {};    // empty: nothing is asked for
  bool met = true;
};

// One line: "ratio", the name, the ratio or "-", measured, reference, what it must be, and "met" or "not met" (or
// nothing), with tabs between them.
void print_figure(const Figure& figure);

// A text by printf's rules, such as text("%.1f us", 19.3).
[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);

}  // namespace drift::bench
