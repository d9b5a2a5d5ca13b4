// A migration as a person names it on a line.
#pragma once

#include "cli/verb.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::cli {

struct GivenMigration {
  std::uint64_t number = 0;
  std::string word = {};  // as it was given
  // The line that finishes its unfinished run, in that run's direction.
  std::string to_finish = {};
};

// The argument of that name: a number, or a file outside the sequence that drift run has run. Throws Error, code
// "Usage", for what is neither.
GivenMigration given_migration(Session& session, const Arguments& arguments, std::string_view name);
// Throws Error, code "Usage", with the nearest that there are, for one of which neither a file nor the metadata table
// knows.
void check_known(Session& session, const GivenMigration& given);

}  // namespace drift::cli
