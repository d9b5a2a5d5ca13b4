// The messages between drift and a program that is a migration, version 1: JSON objects, one a line, each request
// followed by its answer (docs/other-languages.md). Texts to structures and back; nothing is sent here. Pure functions,
// for several threads at once.
#pragma once

#include <drift/actions.hpp>
#include <drift/client.hpp>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drift::script {

inline constexpr std::uint64_t protocol_version = 1;

// What is no answer: `what()` says why, "the answer has the id 7 and not 8".
class Nonsense : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What the program says of itself.
struct ProgramTable {
  std::string table = {};  // without a prefix
  std::string description = {};
  bool has_down = false;
  bool has_verify = false;
  std::vector<std::string> reads = {};
  Expression filter = {};
  std::string index = {};
  std::uint64_t copies = 0;           // how many of it may run at once; 0: it does not say
  std::uint64_t timeout_seconds = 0;  // how long it may take to answer a line; 0: it does not say

  friend bool operator==(const ProgramTable&, const ProgramTable&) = default;
};

enum class Call : std::uint8_t { up, down, verify };
std::string_view call_name(Call call) noexcept;

// An action of a program's, as the arguments of the member of Actions with its name.
struct ProgramAction {
  enum class Kind : std::uint8_t { update, insert, put, remove, remove_scanned };
  Kind kind = Kind::update;
  Attributes item = {};         // insert and put: the item; update and remove: the key
  std::string expression = {};  // update
  std::string table = {};       // without a prefix
  ActionOptions options = {};
};

// What it says to one item.
struct ProgramResult {
  std::string error = {};  // not empty: nothing else counts
  std::vector<ProgramAction> actions = {};
  bool holds = false;  // verify
};

std::string hello_line(std::uint64_t number);
// Throws Nonsense.
ProgramTable parse_hello(std::string_view line);

// `items`: in DynamoDB JSON, at least one.
std::string request_line(std::uint64_t id, Call call, std::span<const std::string_view> items);
// As many results as the request with this id had items, in their order. Throws Nonsense.
std::vector<ProgramResult> parse_answer(std::string_view line, std::uint64_t id, Call call, std::size_t items);

}  // namespace drift::script
