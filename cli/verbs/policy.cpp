// policy: the permissions that a pipeline needs, and no more.
#include "base/text.hpp"
#include "cli/iam_policy.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include <drift/plan.hpp>

#include <string>
#include <vector>

namespace drift::cli {

namespace {

// Enough to come upon the other tables that callbacks write, and cheap.
constexpr std::uint64_t sample_items = 500;

// The tables' ARNs. Where nobody can be asked they have placeholders for what is not known.
class Arns {
 public:
  explicit Arns(Session& session) : session_(session) {
    try {
      region_ = session.client().region();
    } catch (const Error&) {
      can_ask_ = false;  // no region: a placeholder
    }
  }

  std::string of(const std::string& name) {
    if (name.starts_with("arn:")) return name;
    if (can_ask_) {
      try {
        std::string arn = session_.reader().describe_table(name).arn;
        if (const auto end = arn.find(":table/"); end != std::string::npos) {
          prefix_ = arn.substr(0, end);
          return arn;
        }
      } catch (const Error& error) {
        // A table that is not there yet, or may not be looked at, has the same prefix as the others.
        can_ask_ = error.code() == "ResourceNotFoundException" || error.code() == "AccessDeniedException";
      }
    }
    const std::string& prefix = prefix_.empty() ? placeholder() : prefix_;
    return prefix + ":table/" + name;
  }

  [[nodiscard]] bool can_ask() const noexcept { return can_ask_; }
  [[nodiscard]] bool has_placeholders() const noexcept { return has_placeholders_; }

 private:
  const std::string& placeholder() {
    has_placeholders_ = true;
    placeholder_ = "arn:aws:dynamodb:" + (region_.empty() ? "REGION" : region_) + ":ACCOUNT";
    return placeholder_;
  }

  Session& session_;
  bool can_ask_ = true;
  bool has_placeholders_ = false;
  std::string region_;
  std::string prefix_;  // of a table that was found
  std::string placeholder_;
};

std::vector<PermittedFor> purposes(const Arguments& arguments) {
  if (!arguments.has("for")) return {PermittedFor::plan, PermittedFor::run, PermittedFor::init};
  const std::string& text = arguments.text("for");
  if (text == "plan") return {PermittedFor::plan};
  if (text == "run") return {PermittedFor::run};
  if (text == "init") return {PermittedFor::init};
  throw usage_error("--for \"" + text + "\" is none of plan, run, init",
                    "Leave it out for all of them; run is for undo too.");
}

// What the callbacks of a migration write beside its own table, as far as some items show it.
std::vector<std::string> tables_seen(Session& session, const Migration& migration) {
  PlanOptions options{.run = session.settings().run, .sample = sample_items, .differences_max = 0};
  std::vector<std::string> tables;
  for (const PlannedActions& actions : plan(session.client(), migration, options).actions) {
    if (actions.table != migration.table) tables.push_back(actions.table);
  }
  return tables;
}

std::vector<const KnownMigration*> asked_for(Session& session, const Arguments& arguments) {
  if (const auto number = arguments.number("V")) return {&session.migrations().at(*number)};
  std::vector<const KnownMigration*> all;
  for (const auto& [_, migration] : session.migrations().all()) all.push_back(&migration);
  return all;
}

ExitCode policy(Session& session, const Arguments& arguments) {
  const std::vector<PermittedFor> what = purposes(arguments);
  Console& console = session.console();
  Arns arns(session);
  PolicyTables tables;
  std::string unseen;
  const bool is_of_migrations = what != std::vector{PermittedFor::init};
  for (const KnownMigration* migration : asked_for(session, arguments)) {
    if (!is_of_migrations) break;
    const std::string& table = migration->migration.table;
    tables.migrated.insert(arns.of(table));
    if (const std::string& index = migration->migration.index; !index.empty()) {
      tables.indexes.insert(arns.of(table) + "/index/" + index);
    }
    try {
      if (!arns.can_ask()) throw Error("ConnectionFailed", "there is nobody to ask");
      for (const std::string& other : tables_seen(session, migration->migration)) tables.other.insert(arns.of(other));
    } catch (const Error&) {
      unseen += (unseen.empty() ? "" : ", ") + std::to_string(migration->number);
    }
  }
  if (arguments.has("also")) {
    for (const std::string_view table : base::split(arguments.text("also"), ',')) {
      if (!table.empty()) tables.other.insert(arns.of(std::string(table)));
    }
  }
  for (const std::string& table : tables.migrated) tables.other.erase(table);
  tables.metadata = arns.of(session.settings().meta_table);
  tables.runs = tables.metadata + ".runs";
  console.result(iam_policy(tables, what));
  if (arns.has_placeholders()) console.note("note: replace REGION and ACCOUNT; the tables could not be looked at");
  if (!is_of_migrations) return ExitCode::done;
  console.note(unseen.empty() ? "note: other tables are those that " + std::to_string(sample_items) +
                                    " items of each migration led to; name what is missing with --also"
                              : "note: what migration " + unseen +
                                    " writes beside its own table is not known; name it with --also");
  console.note("note: what callbacks read and write at once, with a client of their own or drift.get, is not in it");
  return ExitCode::done;
}

}  // namespace

Verb policy_verb() {
  return {.name = "policy",
          .help = "Print the least IAM policy to plan, run and undo migration V, or all, and to init",
          .arguments = {{.name = "V", .help = "its number"},
                        {.name = "for", .help = "plan, run or init alone", .is_flag = true},
                        {.name = "also", .help = "further tables that are written, with commas", .is_flag = true}},
          .examples = "  {drift} policy > policy.json\n  {drift} policy 3 --for plan\n",
          .run = policy,
          .only_prints = true};
}

}  // namespace drift::cli
