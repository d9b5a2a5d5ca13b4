// failures, resolve: what a run left that failed or needs a decision.
#include "cli/given_migration.hpp"
#include "cli/json_text.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include <drift/json.hpp>

#include <optional>
#include <set>
#include <utility>

namespace drift::cli {

namespace {

std::optional<RunRecord> unfinished_run(Session& session, std::uint64_t number) {
  auto runs = unfinished_runs(session.migrator().history(number));
  return runs.empty() ? std::nullopt : std::optional(std::move(runs.front()));
}

// As drift failures prints it.
Attributes key_of(const std::string& text) {
  try {
    return attributes_from_json(text);
  } catch (const Error& error) {
    throw usage_error("--key: " + error.message(),
                      "Nothing was done. Give it as {drift} failures prints it: --key '{\"id\":{\"N\":\"7\"}}'");
  }
}

std::string json_of(const Failure& failure) {
  return JsonText()
      .text("table", failure.table)
      .raw("key", to_json(failure.key))
      .text("action", failure.action)
      .text_if("expression", failure.expression)
      .text("reason", failure.reason)
      .number("attempts", failure.attempts)
      .flag("in_doubt", failure.in_doubt)
      .take();
}

ExitCode failures(Session& session, const Arguments& arguments) {
  const GivenMigration given = given_migration(session, arguments, "V");
  const auto run = unfinished_run(session, given.number);
  if (!run) check_known(session, given);
  std::vector<Failure> all;
  if (run && run->actions_queued > 0) all = session.migrator().failures(run->run_id);
  Console& console = session.console();
  for (const Failure& failure : all) {
    if (session.settings().json) {
      console.result(json_of(failure));
      continue;
    }
    console.result((failure.in_doubt ? "in doubt  " : "failed    ") + failure.action + "  " + failure.table + "  " +
                   to_json(failure.key) + "  " + failure.reason);
  }
  if (all.empty()) {
    if (!run) {
      console.note("Migration " + given.word + " has no unfinished run.");
    } else {
      console.note("No action of migration " + given.word + " failed or is in doubt. " +
                   (run->problem.empty() ? "" : "Its run ended with: " + run->problem));
    }
    return ExitCode::done;
  }
  console.note("What failed is tried again by: " + given.to_finish +
               ". What is in doubt needs a decision: {drift} resolve " + given.word +
               " --as done|again|skip --key KEY");
  return ExitCode::quarantined;
}

Resolution resolution_of(const std::string& text) {
  if (text == "done") return Resolution::done;
  if (text == "again") return Resolution::again;
  if (text == "skip") return Resolution::skip;
  throw usage_error("--as: \"" + text + "\" is none of done, again and skip", "Nothing was done.");
}

ExitCode resolve(Session& session, const Arguments& arguments) {
  const GivenMigration given = given_migration(session, arguments, "V");
  const Resolution resolution = resolution_of(arguments.text("as"));
  if (arguments.has("key") == arguments.has("all")) {
    throw usage_error("which items?",
                      "Nothing was done. Give --key KEY as {drift} failures " + given.word + " prints it, or --all.");
  }
  const auto run = unfinished_run(session, given.number);
  if (!run) {
    throw Error({.code = "NoSuchRun",
                 .message = "migration " + given.word + " has no unfinished run",
                 .next_step = "Nothing was done. {drift} history " + given.word + " lists its runs."});
  }
  std::set<std::string> keys;
  if (arguments.has("key")) {
    keys.insert(to_json(key_of(arguments.text("key"))));
  } else {
    for (const Failure& failure : session.migrator().failures(run->run_id)) keys.insert(to_json(failure.key));
  }
  for (const std::string& key : keys) session.migrator().resolve(run->run_id, attributes_from_json(key), resolution);
  session.console().note((keys.size() == 1 ? std::string("One item is") : std::to_string(keys.size()) + " items are") +
                         " decided. Go on: " + given.to_finish);
  return ExitCode::done;
}

}  // namespace

Verb failures_verb() {
  return {.name = "failures",
          .help = "List the items of an unfinished run that failed or are in doubt",
          .arguments = {{.name = "V",
                         .help = "the migration's number, or a file that {drift} run has run",
                         .required = true}},
          .examples = "  {drift} failures 3\n  {drift} failures 3 --json\n",
          .run = failures,
          .only_prints = true};
}

Verb resolve_verb() {
  return {.name = "resolve",
          .help = "Decide what becomes of items that failed or are in doubt",
          .arguments = {{.name = "V",
                         .help = "the migration's number, or a file that {drift} run has run",
                         .required = true},
                        {.name = "as", .help = "done, again or skip", .required = true, .is_flag = true},
                        {.name = "key", .help = "the item's, as {drift} failures prints it", .is_flag = true},
                        {.name = "all", .help = "all of them", .is_flag = true, .has_value = false}},
          .examples =
              "  {drift} resolve 3 --as done --key '{\"id\":{\"N\":\"7\"}}'\n  {drift} resolve 3 --as again --all\n",
          .run = resolve};
}

}  // namespace drift::cli
