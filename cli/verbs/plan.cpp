// plan: what would happen, with nothing written.
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/passage.hpp"
#include "cli/plan_view.hpp"
#include "cli/session_stop.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/verbs/passage_flags.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drift::cli {

namespace {

using Migrations = std::vector<const KnownMigration*>;
using Standings = std::map<std::uint64_t, Standing>;

Migrations all_of(Session& session) {
  Migrations all;
  for (const auto& [_, migration] : session.migrations().all()) all.push_back(&migration);
  return all;
}

bool is_no_meta_table(const Error& error) { return error.code() == "NoMetaTable" || error.code() == "NoRunTable"; }

// Nobody can say which are applied.
bool is_unknown(const Error& error) { return is_no_meta_table(error) || error.code() == "AccessDeniedException"; }

// Empty where that is unknown, which is noted.
std::optional<Standings> known_standings(Session& session) {
  try {
    return standings(session);
  } catch (const Error& error) {
    if (!is_unknown(error)) throw;
    session.console().note(is_no_meta_table(error)
                               ? "note: there is no metadata table yet, so all migrations are planned"
                               : "note: these credentials may not read the metadata table, so all migrations are "
                                 "planned, applied or not");
    return std::nullopt;
  }
}

void note_unfinished(Session& session, const Standing& standing) {
  if (standing.state != State::unfinished) return;
  session.console().note("note: " + display_name(*standing.migration) + " has a run that is not finished (" +
                         state_text(standing) +
                         "): its plan is of the table as it is now; the run goes on with: " + session.to_resume());
}

// Those that `up` would apply.
Migrations pending_of(Session& session, const Standings& all) {
  Migrations pending;
  for (const auto& [_, standing] : all) {
    if (standing.migration == nullptr || is_being_undone(standing)) continue;
    const std::string name = display_name(*standing.migration);
    if (standing.state == State::running) {
      session.console().note("note: " + name + " is being run, and is not planned: {drift} status shows it");
    }
    note_unfinished(session, standing);
    if (standing.state == State::pending || standing.state == State::out_of_order ||
        standing.state == State::unfinished) {
      pending.push_back(standing.migration);
    }
  }
  return pending;
}

struct Task {
  Migrations migrations = {};
  std::vector<Error> refused = {};  // for which `up` would do nothing of it
};

Task task_of(Session& session, const Arguments& arguments) {
  if (const auto number = arguments.number("V")) {
    const KnownMigration& migration = session.migrations().at(*number);
    try {
      note_unfinished(session, standing_outside(session, migration));
    } catch (const Error& error) {
      if (!is_unknown(error)) throw;
    }
    return {.migrations = {&migration}};
  }
  const auto all = known_standings(session);
  if (!all) return {.migrations = all_of(session)};
  return {.migrations = pending_of(session, *all),
          .refused = refused_by_up(session, *all, arguments.has(allow_missing.name))};
}

// What a plan cannot show: that there will be no run.
ExitCode say_refused(Session& session, const std::vector<Error>& refused) {
  if (refused.empty()) return ExitCode::done;
  for (const Error& error : refused) session.console().error(error);
  session.console().note("As things stand {drift} up is refused.");
  return exit_code_of(refused.front());
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
  const Task task = task_of(session, arguments);
  const Migrations& migrations = task.migrations;
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
    options.account = made.account;
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
  const ExitCode refused = say_refused(session, task.refused);
  return code == ExitCode::done ? refused : code;
}

}  // namespace

Verb plan_verb() {
  return {.name = "plan",
          .help = "Show what migration V, or all that are pending, would do; nothing is written",
          .arguments = {{.name = "V", .help = "its number"},
                        {.name = "sample", .help = "look at about N items only", .is_flag = true},
                        allow_missing},
          .examples = "  {drift} plan\n  {drift} plan 3 --sample 5000 --write-rate 500\n",
          .run = plan_them,
          .only_prints = true};
}

}  // namespace drift::cli
