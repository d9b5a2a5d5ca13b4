// Spending: see the header.
#include "migrate/spending.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace drift::migrate {

namespace {

std::string number_text(const char* format, double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

}  // namespace

bool Spending::allows(double read_units, double write_units) const noexcept {
  const double writes = counters_.write_units + write_units;
  if (options_.max_write_units > 0 && writes > options_.max_write_units) return false;
  return options_.max_cost <= 0 || counters_.cost(read_units, write_units) <= options_.max_cost;
}

Error Spending::error(const std::string& table) const {
  const double reads = counters_.read_units;
  const double writes = counters_.write_units;
  const std::string consumed = number_text("%.0f RCU", reads) + number_text(" and %.0f WCU", writes) +
                               " are consumed, about " + number_text("$%.4f", counters_.cost());
  const bool by_cost = options_.max_cost > 0 && (options_.max_write_units <= 0 || writes < options_.max_write_units);
  const std::string cap =
      by_cost ? number_text("$%.4f", options_.max_cost) : number_text("%.0f WCU", options_.max_write_units);
  return Error({.code = "CostCap",
                .message = "one request more could exceed the cap of " + cap + ": " + consumed,
                .table = table,
                .next_step = "The run has stopped, and nothing is lost. Raise RunOptions::max_cost or max_write_units "
                             "and run the migration again: it goes on."});
}

}  // namespace drift::migrate
