// verify: whether every item is as a migration means to leave it.
#include "cli/names.hpp"
#include "cli/session_stop.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/verification.hpp"

#include <algorithm>
#include <vector>

namespace drift::cli {

namespace {

bool can_verify(const KnownMigration& migration) { return static_cast<bool>(migration.migration.verify); }

// Those that are applied and say what must hold.
std::vector<const KnownMigration*> all_applied(Session& session) {
  std::vector<const KnownMigration*> found;
  for (const auto& [_, standing] : standings(session)) {
    if (!standing.applied || standing.migration == nullptr) continue;
    if (can_verify(*standing.migration)) {
      found.push_back(standing.migration);
    } else {
      session.console().note("note: " + display_name(*standing.migration) + " has no verify");
    }
  }
  return found;
}

std::vector<const KnownMigration*> asked_for(Session& session, std::uint64_t number) {
  const KnownMigration& migration = session.migrations().at(number);
  if (can_verify(migration)) return {&migration};
  throw usage_error(display_name(migration) + " has no verify",
                    "Nothing was done. Add the field verify = function(item) return ... end to it.");
}

// Differences count for more than errors, and these for more than what was not looked at.
int weight(ExitCode code) {
  if (code == ExitCode::differs) return 3;
  if (code == ExitCode::failed) return 2;
  return code == ExitCode::stopped ? 1 : 0;
}

ExitCode verify_them(Session& session, const Arguments& arguments) {
  const auto number = arguments.number("V");
  const auto migrations = number ? asked_for(session, *number) : all_applied(session);
  if (migrations.empty()) session.console().note("Nothing to verify.");
  const SessionStop stop(session);
  ExitCode worst = ExitCode::done;
  for (const KnownMigration* migration : migrations) {
    const ExitCode code = verify_one(session, *migration, Verified::when_asked, session.stop().get_token());
    worst = std::max(worst, code, [](ExitCode a, ExitCode b) { return weight(a) < weight(b); });
    if (session.stop().stop_requested()) break;
  }
  return worst;
}

}  // namespace

Verb verify_verb() {
  return {.name = "verify",
          .help = "Look whether every item is as migration V, or all that are applied, mean to leave it",
          .arguments = {{.name = "V", .help = "its number"}},
          .examples = "  {drift} verify 3\n  {drift} verify --read-rate 500\n",
          .run = verify_them,
          .only_prints = true};
}

}  // namespace drift::cli
