// What is refused before anything is read, and the metadata table. Each refusal names the thing and the way on.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>

namespace drift::testing {
namespace {

class MigratorRefusalTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    network().before = [this](std::string_view operation, const wire::Request& request) {
      if (operation == "Scan") ++scans_;
      return answer_ ? answer_(operation, request) : std::nullopt;
    };
  }

  void expect_refused(const Report& report, const std::string& code, const std::string& part_of_message) {
    EXPECT_EQ(report.outcome, Outcome::refused) << errors_of(report);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_EQ(report.errors[0].code(), code) << errors_of(report);
    EXPECT_NE(std::string(report.errors[0].what()).find(part_of_message), std::string::npos) << errors_of(report);
    EXPECT_FALSE(report.errors[0].next_step().empty()) << errors_of(report);
    EXPECT_EQ(scans_, 0) << "something was read";
    EXPECT_TRUE(journals().empty());
  }

  FaultTransport::Before answer_;
  std::atomic<int> scans_ = 0;
};

TEST_F(MigratorRefusalTest, ATableThatDoesNotExist) {
  expect_refused(run(count_up), "ResourceNotFoundException", table());
}

TEST_F(MigratorRefusalTest, ATableThatMayNotBeWritten) {
  fill(1);
  answer_ = [](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "UpdateItem") return std::nullopt;
    return refusal(400, "AccessDeniedException", "User: arn:aws:iam::1:user/u is not authorized");
  };
  expect_refused(run(count_up), "AccessDeniedException", "not authorized");
}

TEST_F(MigratorRefusalTest, ATableThatMayNotBeRead) {
  fill(1);
  answer_ = [](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "Scan") return std::nullopt;
    return refusal(400, "AccessDeniedException", "not authorized to perform dynamodb:Scan");
  };
  const Report report = run(count_up);
  EXPECT_NE(report.outcome, Outcome::applied);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].code(), "AccessDeniedException");
  EXPECT_EQ(report.callbacks_done, 0U);
  answer_ = {};
  EXPECT_TRUE(migrator().applied().empty());
}

TEST_F(MigratorRefusalTest, AMetadataTableThatDoesNotExist) {
  fill(1);
  Migrator other(client(), {.meta_table = table_name("nowhere"), .state_dir = state_directory()});
  expect_refused(other.run(migration(count_up)), "NoMetaTable", table_name("nowhere"));
  EXPECT_THROW(other.applied(), Error);
}

TEST_F(MigratorRefusalTest, AMetadataTableWithAnotherKey) {
  fill(1);
  Migrator other(client(), {.meta_table = table(), .state_dir = state_directory()});
  expect_refused(other.run(migration(count_up)), "WrongMetaTable", table());
  try {
    other.init();
    FAIL() << "init took a table with another key";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "WrongMetaTable");
  }
}

TEST_F(MigratorRefusalTest, MissingPartsOfTheRequest) {
  fill(1);
  expect_refused(run({}), "ConfigError", "`up`");
  expect_refused(run(count_up, {.concurrency = 0}), "ConfigError", "concurrency");
  expect_refused(run(count_up, {.concurrency = 1'025}), "ConfigError", "concurrency");
  expect_refused(migrator().run({.number = 1, .up = count_up}), "ConfigError", "table");
  expect_refused(migrator().undo(migration(count_up, count_up)), "NotApplied", "not applied");
}

TEST_F(MigratorRefusalTest, ImpossibleOptionsOfAMigrator) {
  for (const std::string name : {"", "ab", "no spaces", "no/slash"}) {
    EXPECT_THROW(Migrator(client(), {.meta_table = name}), Error) << name;
  }
}

TEST_F(MigratorRefusalTest, InitMakesTheTableOnceOnDemandOrProvisioned) {
  const auto on_demand = client().describe_table(table_name("meta"));
  EXPECT_TRUE(on_demand.on_demand);
  EXPECT_EQ(on_demand.status, "ACTIVE");
  migrator().init();
  EXPECT_EQ(client().describe_table(table_name("meta")).id, on_demand.id);

  Migrator provisioned(client(), {.meta_table = table_name("provisioned"), .state_dir = state_directory()});
  EXPECT_THROW(provisioned.init({.write_units = 5}), Error);
  provisioned.init({.write_units = 10, .read_units = 7});
  const auto description = client().describe_table(table_name("provisioned"));
  EXPECT_EQ(description.write_units, 10U);
  EXPECT_EQ(description.read_units, 7U);
  EXPECT_TRUE(provisioned.applied().empty());
}

TEST_F(MigratorRefusalTest, AnUndoOfAMigrationOfAnotherTable) {
  fill(3);
  ASSERT_TRUE(run(count_up).ok());
  make_table(other_table());
  client().put_item(other_table(), {{"id", 1}});
  const Report report = migrator().undo(
      {.number = 1, .table = other_table(), .down = [](const Item&, Actions& actions) { actions.remove(); }});
  EXPECT_EQ(report.outcome, Outcome::refused);
  EXPECT_EQ(report.errors.at(0).code(), "OtherTable");
  EXPECT_EQ(items(other_table()).size(), 1U);
  EXPECT_EQ(migrator().applied().size(), 1U);
}

TEST_F(MigratorRefusalTest, ATableThatWasCreatedAnewIsNotTheOneThatWasMigrated) {
  fill(3);
  ASSERT_TRUE(run(count_up).ok());
  client().delete_table(table());
  fill(3);
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::refused);
  EXPECT_EQ(report.errors.at(0).code(), "AppliedBefore");
  EXPECT_TRUE(run(count_up, {.allow_applied = true}).ok());
}

}  // namespace
}  // namespace drift::testing
