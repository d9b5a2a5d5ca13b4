// Passage: the way of `up`, `down` and `goto` through the migrations: which of them, in which order, and what is
// refused before the first one is touched.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/session.hpp"
#include "cli/standing.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace drift::cli {

struct UpTo {
  std::optional<std::uint64_t> last = {};   // the number of the last one; empty: all
  std::optional<std::uint64_t> count = {};  // at most so many
  bool allow_missing = false;               // also those that are out of order
};

// Applies what is not applied, in the order of the numbers, up to the first that does not succeed. Throws Error:
// "Changed" and "OutOfOrder", and where a migration stands half undone.
ExitCode go_up(Session& session, const UpTo& up_to);

// An error for each of `all` for which go_up refuses the whole, in the order of the numbers.
std::vector<Error> refused_by_up(const Session& session, const std::map<std::uint64_t, Standing>& all,
                                 bool allow_missing);

struct DownTo {
  std::uint64_t last = 0;                   // the number of the last one that stays; 0: none
  std::optional<std::uint64_t> count = {};  // at most so many
  bool allow_later = false;                 // also where a later one changed the same table
};

// Undoes what is applied and has a number above `last`, the newest first. An undo that is not finished is finished
// first.
ExitCode go_down(Session& session, const DownTo& down_to);

struct GoTo {
  std::uint64_t number = 0;    // the last one that is applied then; 0: none
  bool allow_missing = false;  // as UpTo's
  bool allow_later = false;    // as DownTo's
};

// Undoes what is applied and has a higher number, then applies what is not applied up to it: go_down and go_up as one
// passage, so that what either refuses is refused before the first one is touched. A migration of a higher number that
// is half applied is refused too.
ExitCode go_to(Session& session, const GoTo& go_to);

// Undoes the newest one and applies it again; `allow_later` as of DownTo.
ExitCode redo(Session& session, bool allow_later);

// Finishes what is not finished, in the direction that it has.
ExitCode resume(Session& session);

}  // namespace drift::cli
