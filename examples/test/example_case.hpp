// ExampleCase: what run_example does around one example program, so that the test is of its effects: the items that it
// finds, its arguments, and what an independent client must read afterwards.
#pragma once

#include <drift/drift.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

// What a run of the program left behind.
struct Finished {
  int exit_code = 0;
  std::string output = {};  // standard output and standard error together
};

// Runs the program with these arguments, in which DIRECTORY becomes the case's empty directory, and waits for its end.
using RunProgram = std::function<Finished(const std::vector<std::string>& arguments)>;

struct ExampleCase {
  std::string name = {};
  std::vector<std::string> arguments = {};
  // Makes what the program expects to find.
  std::function<void(drift::Client& client, const std::filesystem::path& directory)> prepare = {};
  // Throws std::runtime_error (see `expect`) when anything is not as it has to be. May run the program again.
  std::function<void(drift::Client& client, const Finished& finished, const RunProgram& again)> verify = {};
};

// All of them, named as the programs.
const std::vector<ExampleCase>& example_cases();

// Throws std::runtime_error("expected " + what) unless it holds.
void expect(bool holds, const std::string& what);
void expect_output(const Finished& finished, std::string_view text);
// Compares whole tables, in any order of the items.
void expect_items(drift::Client& client, const std::string& table, const std::vector<drift::Attributes>& items);

}  // namespace examples
