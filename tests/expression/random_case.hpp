// RandomCase: an item, and an update or a condition (or both) for it, as random as is useful: mostly right, of the
// item's own paths and types; often wrong in one place. For one thread at a time.
//
// Each case has a seed of its own, so one that fails can be looked at alone.
#pragma once

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <cstdint>
#include <string>

namespace drift::testing {

struct RandomCase {
  Attributes item = {};        // its key is the string attribute "pk"
  bool exists = true;          // false: `item` is only the key of one that does not
  std::string update = {};     // may be empty
  std::string condition = {};  // may be empty; never both
  Attributes values = {};
  Names names = {};
};

RandomCase random_case(std::uint64_t seed, const std::string& key);

// The case as text, to be read by a person.
std::string describe(const RandomCase& random);

}  // namespace drift::testing
