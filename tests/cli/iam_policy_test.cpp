// The policy against what is really sent: each request of a plan, of runs and undos of every kind, and of init, needs
// no permission that it does not list.
#include "cli/iam_policy.hpp"

#include "support/migrator_fixture.hpp"
#include "value/json_object.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace drift::cli {
namespace {

using testing::MigratorFixture;
using value::JsonObject;

class IamPolicyTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    network().before = [this](std::string_view operation, const wire::Request& request) {
      const std::scoped_lock lock(mutex_);
      note(std::string(operation), request.body);
      return std::optional<wire::Answer>();
    };
  }

  PermittedOn kind_of(const JsonObject& request) const {
    if (request.string("IndexName")) return PermittedOn::indexes;
    return kind_of(*request.string("TableName"));
  }
  PermittedOn kind_of(const std::string& table_name) const {
    if (table_name == meta()) return PermittedOn::metadata;
    if (table_name == meta() + ".runs") return PermittedOn::runs;
    return table_name == table() ? PermittedOn::migrated : PermittedOn::other;
  }
  static std::string meta() { return table_name("meta"); }

  // What was needed since the last call, none of which may be missing from the policy.
  void expect_permitted(PermittedFor what) {
    const std::scoped_lock lock(mutex_);
    EXPECT_FALSE(needed_.empty());
    for (const auto& [action, on] : needed_) {
      EXPECT_TRUE(permissions(what, on).contains(action)) << action << " on a table of kind " << static_cast<int>(on);
      used_.insert({action, on});
    }
    needed_.clear();
  }
  [[nodiscard]] bool was_used(const std::string& action, PermittedOn on) const { return used_.contains({action, on}); }

 private:
  using Needed = std::set<std::pair<std::string, PermittedOn>>;

  // IAM's actions for a request: of a transaction those of its parts.
  void note(const std::string& operation, const std::string& body) {
    const JsonObject request = JsonObject::parse(body);
    if (operation == "DescribeLimits") {
      needed_.insert({operation, PermittedOn::account});
    } else if (operation == "BatchWriteItem") {
      const JsonObject tables = *request.object("RequestItems");
      for (const auto& member : tables.members()) needed_.insert({operation, kind_of(std::string(member.name))});
    } else if (operation == "TransactWriteItems") {
      static const std::map<std::string_view, std::string> actions{{"Put", "PutItem"},
                                                                   {"Update", "UpdateItem"},
                                                                   {"Delete", "DeleteItem"},
                                                                   {"ConditionCheck", "ConditionCheckItem"}};
      for (const std::string_view part : request.array("TransactItems")) {
        const JsonObject::Member member = JsonObject::parse(part).members().front();
        needed_.insert({actions.at(member.name), kind_of(*JsonObject::parse(member.value).string("TableName"))});
      }
    } else {
      needed_.insert({operation, kind_of(request)});
    }
  }

  std::mutex mutex_;
  Needed needed_;
  Needed used_;
};

TEST_F(IamPolicyTest, WhatIsSentIsPermitted) {
  migrator().init();
  expect_permitted(PermittedFor::init);
  fill(40);
  make_table(other_table());
  const Callback copy = [&](const Item& item, Actions& actions) {
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::none});
    actions.put({{"id", item["id"]}}, other_table(), {.guard = Guard::unchanged});
    actions.insert({{"id", 1'000 + item["id"].as_int64()}}, other_table());
    if (item["id"].as_int64() % 2 == 0) actions.remove();
  };
  static_cast<void>(plan(client(), migration(copy)));
  static_cast<void>(migrator().status(1));
  static_cast<void>(migrator().applied());
  expect_permitted(PermittedFor::plan);

  const Callback drop_other = [&](const Item& item, Actions& actions) {
    actions.remove({{"id", item["id"]}}, other_table());
  };
  const Report copied = migrator().run(migration(copy, drop_other));
  ASSERT_EQ(copied.outcome, Outcome::applied) << testing::errors_of(copied);
  ASSERT_EQ(migrator().undo(migration(copy, drop_other)).outcome, Outcome::undone);

  const Callback change = [](const Item& item, Actions& actions) {
    if (item["id"].as_int64() % 4 == 1) return actions.remove();
    actions.update({.expression = "SET flag = :t", .values = {{":t", true}}});
    actions.insert({{"id", 2'000 + item["id"].as_int64()}});
  };
  const Report changed = migrator().run(migration(change));
  ASSERT_EQ(changed.outcome, Outcome::applied) << testing::errors_of(changed);
  const Report restored = migrator().undo(migration(change));
  ASSERT_EQ(restored.outcome, Outcome::undone) << testing::errors_of(restored);

  RunOptions plain;
  plain.guard = Guard::none;
  plain.before_images = false;
  plain.skip_expired = true;
  const Callback put = [](const Item& item, Actions& actions) { actions.put(item.attributes()); };
  ASSERT_EQ(migrator().run(migration(put), plain).outcome, Outcome::applied);
  const Callback drop = [](const Item&, Actions& actions) { actions.remove(); };
  ASSERT_EQ(migrator().undo(migration(put, drop), plain).outcome, Outcome::undone);
  migrator().sweep(1);
  static_cast<void>(migrator().leases());
  expect_permitted(PermittedFor::run);

  // The test has seen what it is about.
  EXPECT_TRUE(was_used("ConditionCheckItem", PermittedOn::migrated));
  EXPECT_TRUE(was_used("BatchWriteItem", PermittedOn::migrated));
  EXPECT_TRUE(was_used("DeleteItem", PermittedOn::other));
  EXPECT_TRUE(was_used("PutItem", PermittedOn::runs));
  EXPECT_TRUE(was_used("DeleteItem", PermittedOn::metadata));
  EXPECT_TRUE(was_used("CreateTable", PermittedOn::runs));
  EXPECT_TRUE(was_used("DescribeLimits", PermittedOn::account));
}

TEST_F(IamPolicyTest, AnIndexIsScannedInPlaceOfItsTable) {
  migrator().init();
  plain().create_table({.name = table(),
                        .key = {{.name = "id", .type = Type::number}},
                        .indexes = {{.name = "by_n", .key = {{.name = "n", .type = Type::number}}}}});
  plain().put_item(table(), {{"id", 1}, {"n", 0}});
  expect_permitted(PermittedFor::init);
  Migration migration = this->migration(testing::count_up);
  migration.index = "by_n";
  static_cast<void>(plan(client(), migration));
  expect_permitted(PermittedFor::plan);
  EXPECT_FALSE(was_used("Scan", PermittedOn::migrated));
  const Report report = migrator().run(migration);
  ASSERT_EQ(report.outcome, Outcome::applied) << testing::errors_of(report);
  expect_permitted(PermittedFor::run);
  EXPECT_TRUE(was_used("Scan", PermittedOn::indexes));
}

TEST(IamPolicy, APlanWritesNothing) {
  for (const PermittedOn on : {PermittedOn::migrated, PermittedOn::indexes, PermittedOn::other, PermittedOn::metadata,
                               PermittedOn::runs, PermittedOn::account}) {
    for (const std::string_view action : permissions(PermittedFor::plan, on)) {
      const bool reads = action.starts_with("Describe") || action == "GetItem" || action == "Query" || action == "Scan";
      EXPECT_TRUE(reads) << action;
    }
  }
}

TEST(IamPolicy, IsADocumentOfStatements) {
  const std::string text = iam_policy({.migrated = {"arn:a:table/A", "arn:a:table/B"},
                                       .metadata = "arn:a:table/drift",
                                       .runs = "arn:a:table/drift.runs"},
                                      {PermittedFor::plan, PermittedFor::init});
  const JsonObject policy = JsonObject::parse(text);
  EXPECT_EQ(policy.string("Version"), "2012-10-17");
  const auto statements = policy.array("Statement");
  ASSERT_EQ(statements.size(), 4U) << "there is no other table";
  const JsonObject migrated = JsonObject::parse(statements[0]);
  EXPECT_EQ(migrated.string("Effect"), "Allow");
  EXPECT_EQ(migrated.array("Resource").size(), 2U);
  const JsonObject account = JsonObject::parse(statements[1]);
  EXPECT_EQ(account.array("Action").front(), "\"dynamodb:DescribeLimits\"");
  EXPECT_EQ(account.array("Resource").front(), "\"*\"");
  const auto actions = JsonObject::parse(statements[2]).array("Action");
  EXPECT_EQ(actions.front(), "\"dynamodb:CreateTable\"");
}

}  // namespace
}  // namespace drift::cli
