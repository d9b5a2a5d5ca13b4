// Scripts on the real local server: the runs of a Migrator, as with any other callback; and the examples of
// docs/scripts.md, as they stand in examples/migrations.
#include "cli/script/lua_script.hpp"

#include "client/core.hpp"
#include "support/migrator_fixture.hpp"

#include <drift/verify.hpp>

#include <fstream>
#include <optional>

namespace drift::testing {
namespace {

class LuaMigrationTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    reader_.emplace(client().core().reading_only());
  }
  void TearDown() override {
    reader_.reset();
    MigratorFixture::TearDown();
  }
  Migration script(const std::string& text) {
    const auto file = directory_.path() / "00001_test.lua";
    std::ofstream(file) << text;
    return script::load_lua(file, {.number = 1, .reader = [this]() -> Client& { return *reader_; }});
  }
  std::string returned(const std::string& functions) const {
    return "return { table = '" + table() + "', " + functions + " }";
  }

 private:
  TemporaryDirectory directory_;
  std::optional<Client> reader_;
};

TEST_F(LuaMigrationTest, IsAppliedToEveryItemAndUndone) {
  fill(120);
  const Migration migration =
      script(returned("up = function(item, actions) actions:update('SET twice = :t', { t = 2 * item.n }) end,\n"
                      "down = function(item, actions) actions:drop('twice') end"));
  const Report up = migrator().run(migration, {.concurrency = 4});
  ASSERT_EQ(up.outcome, Outcome::applied) << errors_of(up);
  EXPECT_EQ(up.actions_done, 120U);
  for (const auto& [id, item] : items()) EXPECT_EQ(item.at("twice").as_int64(), 2 * item.at("n").as_int64());
  const Report down = migrator().undo(migration, {});
  ASSERT_EQ(down.outcome, Outcome::undone) << errors_of(down);
  for (const auto& [id, item] : items()) EXPECT_FALSE(item.contains("twice"));
}

TEST_F(LuaMigrationTest, AnErrorNamesFileLineAndItemAndNothingIsApplied) {
  fill(10);
  const Report report = migrator().run(script(returned("up = function(item, actions)\n"
                                                       "  if item.id == 7 then error('no sevens') end\n"
                                                       "  actions:drop('text')\nend")),
                                       {});
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].message(), "00001_test.lua:2: no sevens");
  EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 7}}));
  for (const auto& [id, item] : items()) EXPECT_TRUE(item.contains("text"));
}

TEST_F(LuaMigrationTest, AFilterSaysWhichItemsItIsCalledFor) {
  fill(20);
  const std::string up = "up = function(item, actions) actions:update('SET seen = :t', { t = true }) end";
  const Report report =
      migrator().run(script(returned("filter = { '#i >= :i', values = { i = 15 }, names = { i = 'id' } }, " + up)), {});
  EXPECT_TRUE(report.ok()) << errors_of(report);
  EXPECT_EQ(count_where("seen", true), 5U);
  migrator().mark_pending(1);
  EXPECT_TRUE(migrator().run(script(returned("filter = 'attribute_not_exists(seen)', " + up)), {}).ok());
  EXPECT_EQ(count_where("seen", true), 20U);
}

TEST_F(LuaMigrationTest, AFilterThatIsNoneIsAnErrorWhenTheFileIsLoaded) {
  for (const char* filter :
       {"filter = 7", "filter = {}", "filter = { 'a = :a', vaules = { a = 1 } }", "filter = { 'a', 'b' }"}) {
    try {
      script(returned(std::string(filter) + ", up = function() end"));
      ADD_FAILURE() << filter;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ScriptError");
      EXPECT_NE(error.message().find("filter"), std::string::npos) << error.message();
    }
  }
}

TEST_F(LuaMigrationTest, VerifySaysWhichItemsAreNotAsTheyShouldBe) {
  fill(30);
  const Migration migration =
      script(returned("up = function(item, actions) actions:update('SET twice = :t', { t = 2 * item.n }) end,\n"
                      "verify = function(item) return item.twice == 2 * item.n end"));
  EXPECT_EQ(verify(client(), migration).differs, 30U);
  ASSERT_EQ(migrator().run(migration).outcome, Outcome::applied);
  EXPECT_TRUE(verify(client(), migration).holds());
  plain().update_item(table(), {{"id", 7}}, {.text = "SET twice = :x", .values = {{":x", 99}}});
  EXPECT_EQ(verify(client(), migration).keys, (std::vector<Attributes>{{{"id", 7}}}));
}

TEST_F(LuaMigrationTest, VerifyReadsOtherTablesAndWritesNone) {
  fill(2);
  make_table(other_table());
  plain().put_item(other_table(), {{"id", 0}});
  const std::string get = "drift.get('" + other_table() + "', { id = item.id })";
  const Migration reads =
      script(returned("up = function() end, verify = function(item) return " + get + " ~= nil end"));
  EXPECT_EQ(verify(client(), reads).keys, (std::vector<Attributes>{{{"id", 1}}}));

  const std::string put = "drift.put('" + other_table() + "', { id = 5 })";
  const Verification refused =
      verify(client(), script(returned("up = function() end, verify = function(item)\n" + put + " return true end")));
  EXPECT_EQ(refused.errors_total, 2U);
  const std::string& message = refused.errors.at(0).message();
  EXPECT_NE(message.find("00001_test.lua:2: "), std::string::npos) << message;
  EXPECT_NE(message.find("ReadOnly"), std::string::npos) << message;
  EXPECT_NE(message.find("PutItem"), std::string::npos) << message;
  EXPECT_EQ(items(other_table()).size(), 1U);
}

TEST_F(LuaMigrationTest, WhatVerifyReturnsIsABoolean) {
  fill(1);
  for (const std::string value : {"nil", "0", "'yes'"}) {
    const Migration migration =
        script(returned("up = function() end, verify = function(item) return " + value + " end"));
    const Verification found = verify(client(), migration);
    ASSERT_EQ(found.errors_total, 1U) << value;
    EXPECT_NE(found.errors[0].message().find("verify returns true or false"), std::string::npos)
        << found.errors[0].what();
    EXPECT_EQ(found.errors[0].key(), (Attributes{{"id", 0}}));
  }
  EXPECT_FALSE(script(returned("up = function() end")).verify);
}

TEST_F(LuaMigrationTest, RequestsAreMadeAtOnce) {
  fill(3);
  make_table(other_table());
  plain().put_item(other_table(), {{"id", 1}, {"name", "one"}});
  const Report report = migrator().run(
      script(returned(
          "up = function(item, actions)\n"
          "  local other = '" +
          other_table() +
          "'\n"
          "  local found = drift.get(other, { id = item.id }, { projection = '#n', names = { n = 'name' } })\n"
          "  actions:update('SET answer = :f', { f = found and found.name or drift.null })\n"
          "  drift.put(other, { id = item.id + 100, seen = drift.list{} })\n"
          "  drift.update(other, { id = item.id + 100 }, 'SET n = :n', { n = 1 })\n"
          "  assert(not pcall(drift.put, other, { id = item.id + 100 },"
          " { condition = 'attribute_not_exists(#i)', names = { i = 'id' } }))\n"
          "  if item.id == 2 then drift.delete(other, { id = 102 }, { condition = 'n = :n', values = { n = 1 } }) end\n"
          "end")),
      {});
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(items().at(1).at("answer"), Value("one"));
  EXPECT_EQ(items().at(2).at("answer"), Value(nullptr));
  const auto others = items(other_table());
  EXPECT_EQ(others.size(), 3U);
  EXPECT_EQ(others.at(100), (Attributes{{"id", 100}, {"seen", List{}}, {"n", 1}}));
}

}  // namespace
}  // namespace drift::testing
