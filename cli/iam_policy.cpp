// IAM policy: see the header.
#include "cli/iam_policy.hpp"

#include "value/json_object.hpp"

#include <array>

namespace drift::cli {

namespace {

using Actions = std::set<std::string_view>;

struct Row {
  PermittedFor what = PermittedFor::plan;
  PermittedOn on = PermittedOn::migrated;
  Actions actions = {};
};

const std::vector<Row>& rows() {
  using What = PermittedFor;
  using On = PermittedOn;
  static const Actions write{"BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"};
  static const auto with = [](Actions actions, const Actions& more) {
    actions.insert(more.begin(), more.end());
    return actions;
  };
  static const std::vector<Row> all{
      {What::plan, On::migrated, {"DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "Scan"}},
      {What::plan, On::indexes, {"Scan"}},
      {What::run, On::indexes, {"Scan"}},
      {What::plan, On::other, {"DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive"}},
      // Service Authorization Reference, "Actions defined by Amazon DynamoDB": no resource type.
      {What::plan, On::account, {"DescribeLimits"}},
      {What::plan, On::metadata, {"DescribeTable", "GetItem", "Scan"}},
      {What::plan, On::runs, {"DescribeTable", "GetItem", "Query"}},
      // Any kind of write: an undo without `down` puts what was removed and removes what was inserted. The items of
      // writes whose answer was lost, or that a live writer changed, are read.
      {What::run, On::migrated,
       with({"ConditionCheckItem", "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "GetItem",
             "Scan"},
            write)},
      {What::run, On::other, with({"DescribeTable", "GetItem"}, write)},
      {What::run, On::metadata, {"DeleteItem", "DescribeTable", "GetItem", "PutItem", "Scan", "UpdateItem"}},
      {What::run, On::runs, with({"ConditionCheckItem", "DescribeTable", "GetItem", "Query", "Scan"}, write)},
      {What::init, On::metadata, {"CreateTable", "DescribeTable"}},
      {What::init, On::runs, {"CreateTable", "DescribeTable"}}};
  return all;
}

template <typename Names>
std::string list_of(const Names& names, std::string_view prefix) {
  std::string out = "[";
  for (const auto& name : names) {
    out += out.size() > 1 ? ",\n        " : "\n        ";
    value::append_json_string(out, std::string(prefix) + std::string(name));
  }
  return out + "\n      ]";
}

std::string statement(std::string_view sid, const Actions& actions, const std::set<std::string>& tables) {
  return "    {\n      \"Sid\": \"" + std::string(sid) +
         "\",\n      \"Effect\": \"Allow\",\n      \"Action\": " + list_of(actions, "dynamodb:") +
         ",\n      \"Resource\": " + list_of(tables, "") + "\n    }";
}

std::set<std::string> one(const std::string& table) {
  return table.empty() ? std::set<std::string>{} : std::set<std::string>{table};
}

}  // namespace

Actions permissions(PermittedFor what, PermittedOn on) {
  for (const Row& row : rows()) {
    if (row.what == what && row.on == on) return row.actions;
  }
  return {};
}

std::string iam_policy(const PolicyTables& tables, const std::vector<PermittedFor>& what) {
  struct Part {
    PermittedOn on;
    std::string_view sid;
    std::set<std::string> tables;
  };
  const std::array parts{Part{PermittedOn::migrated, "DriftMigratedTables", tables.migrated},
                         Part{PermittedOn::indexes, "DriftIndexes", tables.indexes},
                         Part{PermittedOn::other, "DriftOtherTables", tables.other},
                         Part{PermittedOn::account, "DriftAccount", one("*")},
                         Part{PermittedOn::metadata, "DriftMetadataTable", one(tables.metadata)},
                         Part{PermittedOn::runs, "DriftRunTable", one(tables.runs)}};
  std::string statements;
  for (const Part& part : parts) {
    Actions actions;
    for (const PermittedFor each : what) actions.merge(permissions(each, part.on));
    if (actions.empty() || part.tables.empty()) continue;
    statements += (statements.empty() ? "" : ",\n") + statement(part.sid, actions, part.tables);
  }
  return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n" + statements + "\n  ]\n}";
}

}  // namespace drift::cli
