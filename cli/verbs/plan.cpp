// plan: what would happen, with nothing written.
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/plan_view.hpp"
#include "cli/session_stop.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include <string>
#include <vector>

namespace drift::cli {

namespace {

using Migrations = std::vector<const KnownMigration*>;

Migrations all_of(Session& session) {
  Migrations all;
  for (const auto& [_, migration] : session.migrations().all()) all.push_back(&migration);
  return all;
}

// Those that `up` would apply. Where nobody can say which are applied, all.
Migrations all_pending(Session& session) {
  Migrations pending;
  try {
    for (const auto& [_, standing] : standings(session)) {
      const bool is_pending = standing.state == State::pending || standing.state == State::out_of_order ||
                              standing.state == State::unfinished;
      if (is_pending && standing.migration != nullptr) pending.push_back(standing.migration);
    }
  } catch (const Error& error) {
    const bool is_missing = error.code() == "NoMetaTable" || error.code() == "NoRunTable";
    if (!is_missing && error.code() != "AccessDeniedException") throw;
    session.console().note(is_missing
                               ? "note: there is no metadata table yet, so all migrations are planned"
                               : "note: these credentials may not read the metadata table, so all migrations are "
                                 "planned, applied or not");
    return all_of(session);
  }
  return pending;
}

PlanOptions options_of(Session& session, const Arguments& arguments) {
  PlanOptions options{.run = session.settings().run};
  if (const auto sample = arguments.number("sample")) {
    if (*sample == 0) throw usage_error("--sample 0 looks at nothing", "Nothing was done. Say how many items.");
    options.sample = *sample;
  }
  return options;
}

Plan make_plan(Session& session, const KnownMigration& migration, PlanOptions options) {
  if (!session.settings().quiet) {
    options.on_page = [&, name = display_name(migration)](std::uint64_t items, std::uint64_t estimated) {
      session.console().live(name + "  planning  " + grouped(items) +
                             (estimated > 0 ? " of about " + grouped(estimated) : "") + " items");
    };
  }
  return plan(session.client(), migration.migration, options);
}

ExitCode plan_them(Session& session, const Arguments& arguments) {
  PlanOptions options = options_of(session, arguments);
  const auto number = arguments.number("V");
  const Migrations migrations = number ? Migrations{&session.migrations().at(*number)} : all_pending(session);
  Console& console = session.console();
  if (migrations.empty()) console.note("Nothing is pending.");
  if (migrations.size() > 1) {
    console.note("note: each is planned on the table as it is now; what those before it would change is not in it");
  }
  const SessionStop stop(session);
  options.run.stop = session.stop().get_token();
  ExitCode code = ExitCode::done;
  for (const KnownMigration* migration : migrations) {
    const Plan made = make_plan(session, *migration, options);
    if (session.settings().json) {
      console.result(plan_json(*migration, made));
    } else {
      print_plan(console, *migration, made, options.run);
    }
    if (!made.is_clean()) {
      console.note("The run would not succeed as things stand: see its problems and errors above.");
      code = ExitCode::failed;
    }
    if (!made.complete) return ExitCode::stopped;
  }
  if (!migrations.empty()) console.note("Nothing was written.");
  return code;
}

}  // namespace

Verb plan_verb() {
  return {.name = "plan",
          .help = "Show what migration V, or all that are pending, would do; nothing is written",
          .arguments = {{.name = "V", .help = "its number"},
                        {.name = "sample", .help = "look at about N items only", .is_flag = true}},
          .examples = "  {drift} plan\n  {drift} plan 3 --sample 5000 --write-rate 500\n",
          .run = plan_them};
}

}  // namespace drift::cli
