// Operation: what the retry loop must know of an operation of the DynamoDB API: its name, and whether sending it again
// after a lost answer can change the result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::client {

enum class Repeat : std::uint8_t {
  safe,        // reads: a lost answer is asked for again
  unsafe,      // everything else: a lost answer is an Error with in_doubt()
  with_token,  // a write whose request bears a ClientRequestToken: repeating it is harmless for some minutes
};

class Operation {
 public:
  Operation(std::string_view operation_name, Repeat may_repeat);
  // By name; an operation that is not known to be a read is unsafe to repeat.
  static Operation named(std::string_view name);

  std::string name;  // "UpdateItem"
  Repeat repeat;
  // True iff it is known to change nothing.
  [[nodiscard]] bool is_read() const noexcept { return repeat == Repeat::safe; }
  // The x-amz-target header: "DynamoDB_20120810.UpdateItem".
  [[nodiscard]] const std::string& target() const noexcept { return target_; }

 private:
  std::string target_;
};

}  // namespace drift::client
