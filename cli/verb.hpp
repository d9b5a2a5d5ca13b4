// A verb of the command: what it is called, what it takes, what it says of itself, and the function that does it. Help,
// completions and the reading of a command line are made from these rows.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/session.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

// What was given on the line, by name.
class Arguments {
 public:
  void put(std::string_view name, std::string text) { texts_.insert_or_assign(std::string(name), std::move(text)); }
  [[nodiscard]] bool has(std::string_view name) const { return texts_.contains(name); }
  [[nodiscard]] const std::string& text(std::string_view name) const { return texts_.find(name)->second; }
  // Throws Error, code "Usage", for what is no number.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
  // The same of an argument that is required.
  [[nodiscard]] std::uint64_t needed_number(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

struct VerbArgument {
  std::string_view name = {};  // "V", or "token" for --token
  std::string_view help = {};
  bool required = false;
  bool is_flag = false;   // with a dash before it
  bool has_value = true;  // of a flag
  bool is_rest = false;   // all words that are left, joined by spaces
};

struct Verb {
  std::string_view name = {};
  std::vector<std::string_view> aliases = {};
  std::string_view help = {};  // one line
  std::vector<VerbArgument> arguments = {};
  std::string_view examples = {};  // lines
  ExitCode (*run)(Session&, const Arguments&) = nullptr;
  bool only_prints = false;  // it has failed where what it prints cannot be written
};

// In the order of the help.
const std::vector<Verb>& verbs();

}  // namespace drift::cli
