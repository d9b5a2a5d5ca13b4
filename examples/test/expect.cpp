// What the cases assert with: see example_case.hpp.
#include "test/example_case.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace examples {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("expected " + what); }

}  // namespace

void expect(bool holds, const std::string& what) {
  if (!holds) fail(what);
}

void expect_output(const Finished& finished, std::string_view text) {
  expect(finished.output.find(text) != std::string::npos, "the output \"" + std::string(text) + "\"");
}

void expect_items(drift::Client& client, const std::string& table, const std::vector<drift::Attributes>& items) {
  // The text of equal items is equal: numbers are canonical, sets and attributes sorted.
  std::multiset<std::string> missing;
  for (const auto& item : items) missing.insert(drift::to_json(item));
  for (const drift::Item& item : client.scan(table)) {
    const std::string text = drift::to_json(item.attributes());
    const auto found = missing.find(text);
    if (found == missing.end()) fail(std::string("no such item in ").append(table).append(": ").append(text));
    missing.erase(found);
  }
  if (!missing.empty())
    fail(std::to_string(missing.size()) + " further items in " + table + ", first: " + *missing.begin());
}

}  // namespace examples
