// Operation: what the retry loop must know of an operation of the DynamoDB API: its name, and whether sending it again
// after a lost answer can change the result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::client {

enum class Repeat : std::uint8_t {
  safe,    // reads: a lost answer is asked for again
  unsafe,  // everything else: a lost answer is an Error with in_doubt()
};

struct Operation {
  std::string name = {};  // "UpdateItem"
  Repeat repeat = Repeat::unsafe;
  // The x-amz-target header.
  [[nodiscard]] std::string target() const { return "DynamoDB_20120810." + name; }

  // By name; an unknown operation is unsafe to repeat. Lives for ever for the operations that drift itself uses.
  static Operation named(std::string_view name);
};

}  // namespace drift::client
