// The JSON of a plan: see the header.
#include "cli/json_text.hpp"
#include "cli/plan_view.hpp"

#include <drift/json.hpp>

namespace drift::cli {

namespace {

std::string json_of(const Estimate& estimate) {
  return JsonText().decimal("value", estimate.value).decimal("low", estimate.low).decimal("high", estimate.high).take();
}

std::string json_of(const PlannedActions& actions) {
  return JsonText()
      .text("table", actions.table)
      .text("action", actions.action)
      .number("seen", actions.seen)
      .raw("count", json_of(actions.count))
      .take();
}

std::string json_of(const std::optional<Attributes>& item) { return item ? to_json(*item) : "null"; }

std::string json_of(const PlannedDifference& difference) {
  return JsonText()
      .text("table", difference.table)
      .raw("key", to_json(difference.key))
      .raw("before", json_of(difference.before))
      .raw("after", json_of(difference.after))
      .take();
}

std::string json_of(const PlannedProblem& problem) {
  return JsonText().text("table", problem.table).raw("key", to_json(problem.key)).text("what", problem.what).take();
}

std::string json_of(const Error& error) {
  return JsonText().text("code", error.code()).raw("key", to_json(error.key())).text("message", error.message()).take();
}

const char* text_of(PlannedBound bound) {
  switch (bound) {
    case PlannedBound::provisioned:
      return "provisioned";
    case PlannedBound::on_demand:
      return "on_demand";
    case PlannedBound::maximum:
      return "maximum";
    case PlannedBound::account:
      return "account";
    case PlannedBound::partition:
      return "partition";
    case PlannedBound::rate:
      break;
  }
  return "rate";
}

std::string json_of(const PlannedWrites& writes) {
  return JsonText()
      .text("table", writes.table)
      .text_if("index", writes.index)
      .raw("write_units", json_of(writes.write_units))
      .decimal("per_second", writes.per_second)
      .text("bound", text_of(writes.bound))
      .take();
}

std::string json_of(const PlannedQuota& quota) {
  JsonText json;
  json.text("kind", text_of(quota.kind))
      .text("table", quota.table)
      .text_if("index", quota.index)
      .flag("writes", quota.writes)
      .decimal("units", quota.units)
      .decimal("wanted", quota.wanted)
      .flag("met", quota.met)
      .raw("seconds", json_of(quota.seconds));
  if (!quota.key.empty()) json.raw("key", to_json(quota.key)).decimal("share", quota.share);
  return json.take();
}

std::string json_of(const std::optional<AccountQuotas>& account) {
  if (!account) return "null";
  return JsonText()
      .number("account_read_units", account->account_read_units)
      .number("account_write_units", account->account_write_units)
      .number("table_read_units", account->table_read_units)
      .number("table_write_units", account->table_write_units)
      .take();
}

// What is not known is null.
std::string json_of(const PlannedTable& table) {
  JsonText json;
  const auto text_or_null = [&](std::string_view name, const std::optional<std::string>& text) {
    text ? json.text(name, *text) : json.raw(name, "null");
  };
  json.text("name", table.name)
      .number("items", table.items_estimated)
      .number("bytes", table.bytes_estimated)
      .flag("on_demand", table.on_demand)
      .number("read_units", table.read_units)
      .number("write_units", table.write_units)
      .number("max_read_units", table.max_read_units)
      .number("max_write_units", table.max_write_units)
      .raw("replicas", json_array(table.replicas, json_string));
  if (table.point_in_time_recovery) {
    json.flag("point_in_time_recovery", *table.point_in_time_recovery);
  } else {
    json.raw("point_in_time_recovery", "null");
  }
  text_or_null("stream", table.stream);
  text_or_null("ttl_attribute", table.ttl_attribute);
  return json.take();
}

}  // namespace

std::string plan_json(const KnownMigration& migration, const Plan& plan) {
  const auto each = [](const auto& element) { return json_of(element); };
  return JsonText()
      .number("number", migration.number)
      .text("name", migration.name)
      .text("table", migration.migration.table)
      .text("index", plan.index)
      .flag("clean", plan.is_clean())
      .flag("complete", plan.complete)
      .flag("sampled", plan.sampled)
      .number("items", plan.items)
      .number("items_estimated", plan.items_estimated)
      .number("matched", plan.matched)
      .raw("matched_estimate", json_of(plan.matched_estimate))
      .raw("actions", json_array(plan.actions, each))
      .raw("differences", json_array(plan.differences, each))
      .number("problems_total", plan.problems_total)
      .raw("problems", json_array(plan.problems, each))
      .number("errors_total", plan.errors_total)
      .raw("errors", json_array(plan.errors, each))
      .raw("read_units", json_of(plan.read_units))
      .raw("write_units", json_of(plan.write_units))
      .raw("writes", json_array(plan.writes, each))
      .raw("marker_units", json_of(plan.marker_units))
      .flag("writes_at_least", plan.writes_at_least)
      .decimal("read_per_second", plan.read_per_second)
      .text("read_bound", text_of(plan.read_bound))
      .raw("scan_seconds", json_of(plan.scan_seconds))
      .raw("apply_seconds", json_of(plan.apply_seconds))
      .raw("seconds", json_of(plan.seconds))
      .raw("cost", json_of(plan.cost))
      .raw("journal_bytes", json_of(plan.journal_bytes))
      .raw("tables", json_array(plan.tables, each))
      .raw("quotas", json_array(plan.quotas, each))
      .raw("account", json_of(plan.account))
      .decimal("read_units_consumed", plan.read_units_consumed)
      .take();
}

}  // namespace drift::cli
