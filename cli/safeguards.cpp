// Safeguards: see the header.
#include "cli/safeguards.hpp"

#include "cli/json_text.hpp"
#include "cli/numbers.hpp"
#include "cli/session_stop.hpp"
#include "value/json_object.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace drift::cli {

namespace {

[[noreturn]] void refuse(std::string message, const std::string& table, const std::string& next_step) {
  throw Error({.code = "Refused",
               .message = std::move(message),
               .table = table,
               .next_step = "Nothing was done." + (next_step.empty() ? "" : " " + next_step)});
}

// What DescribeContinuousBackups answers. Where it may not be asked, nobody knows that there is recovery.
std::string recovery_answer(Session& session, const std::string& table) {
  try {
    return session.client().call("DescribeContinuousBackups", JsonText().text("TableName", table).take());
  } catch (const Error& error) {
    if (error.code() != "AccessDeniedException" && error.code() != "UnknownOperationException") throw;
    refuse(
        "whether the table has point-in-time recovery, which --require-pitr asks for, is not known: "
        "DescribeContinuousBackups was refused with " +
            error.code(),
        table, "Allow dynamodb:DescribeContinuousBackups ({drift} policy), or run without --require-pitr.");
  }
}

void check_recovery(Session& session, const std::string& table) {
  const std::string answer = recovery_answer(session, table);
  const auto backups = value::JsonObject::parse(answer).object("ContinuousBackupsDescription");
  const auto recovery = backups ? backups->object("PointInTimeRecoveryDescription") : std::nullopt;
  const std::string state = recovery ? recovery->string("PointInTimeRecoveryStatus").value_or("") : "";
  if (state == "ENABLED") return;
  refuse("the table has no point-in-time recovery, which --require-pitr asks for", table,
         "Switch it on: aws dynamodb update-continuous-backups --table-name " + table +
             " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true");
}

// The most that one write of each item can cost: a unit for each KB and index, begun ones counted whole.
double cost_at_most(const TableDescription& table, const Prices& prices) {
  constexpr double read_unit_bytes = 4'096;
  constexpr double write_unit_bytes = 1'024;
  constexpr double million = 1e6;
  const auto items = static_cast<double>(table.items_estimated);
  const auto bytes = static_cast<double>(table.bytes_estimated);
  const double units_an_item = items > 0 ? std::ceil(bytes / items / write_unit_bytes) : 0;
  // A change of an index's key is a removal and a put there.
  const double writes = items * units_an_item * (1 + 2 * static_cast<double>(table.indexes.size()));
  return bytes / read_unit_bytes / million * prices.million_read_units + writes / million * prices.million_write_units;
}

// Why there is something to ask; empty: there is not.
std::string reason_to_ask(const Settings& settings, const TableDescription& table) {
  if (settings.ask_above > 0 && table.items_estimated > settings.ask_above) {
    return "more than " + grouped(settings.ask_above) + " (--ask-above)";
  }
  const double cost = cost_at_most(table, settings.run.prices);
  if (settings.run.max_cost > 0 && cost > settings.run.max_cost) {
    return "which may cost more than " + dollars(settings.run.max_cost) + " (--max-cost): it stops before that";
  }
  return {};
}

void ask_about(Session& session, const std::string& name, bool can_be_planned) {
  const Settings& settings = session.settings();
  if (settings.yes || (settings.ask_above == 0 && settings.run.max_cost == 0)) return;
  const TableDescription table = session.client().describe_table(name);
  const std::string reason = reason_to_ask(settings, table);
  if (reason.empty()) return;
  const std::string what = "The table " + name + " has about " + grouped(table.items_estimated) + " items, " + reason +
                           ". To read it and write each item once costs at most about " +
                           dollars(cost_at_most(table, settings.run.prices)) + ".";
  const std::string look = can_be_planned ? "To see what it would do: {drift} plan" : "";
  const SessionStop stop(session);
  const std::optional<bool> answer = session.console().ask(what + " Go on?", session.stop().get_token());
  if (session.stop().stop_requested()) {
    session.console().note("");  // the question's line has no end
    refuse("it was stopped at the question", name, look);
  }
  if (answer == true) return;
  if (answer) refuse("the answer was no", name, look);
  refuse(what, name, "There is nobody to ask here: say yes with --yes." + (look.empty() ? "" : " " + look));
}

}  // namespace

void check_safeguards(Session& session, const std::vector<std::string>& tables, bool can_be_planned) {
  std::vector<std::string> each = tables;
  std::sort(each.begin(), each.end());
  each.erase(std::unique(each.begin(), each.end()), each.end());
  for (const std::string& table : each) {
    if (session.settings().require_pitr) check_recovery(session, table);
    ask_about(session, table, can_be_planned);
  }
}

}  // namespace drift::cli
