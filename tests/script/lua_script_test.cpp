// A file as a migration: its table, its checksum, its errors, and its callbacks on many threads.
#include "cli/script/lua_script.hpp"

#include "script_fixture.hpp"

#include <latch>
#include <set>
#include <thread>

namespace drift::script {
namespace {

class LuaScriptTest : public ScriptFixture {};

TEST_F(LuaScriptTest, IsWhatItsTableSays) {
  options_.number = 20261123101500;
  const Migration migration = load(
      "return { table = 'Movies', description = 'add the decade', reads = { 'year', 'decade' },\n"
      "  up = function() end, down = function(item, actions) actions:drop('decade') end }");
  EXPECT_EQ(migration.number, 20261123101500U);
  EXPECT_EQ(migration.table, "Movies");
  EXPECT_EQ(migration.description, "add the decade");
  EXPECT_EQ(migration.reads, (std::vector<std::string>{"year", "decade"}));
  EXPECT_EQ(migration.revision.size(), 64U);
  const Item item = Item::of({{"id", 1}, {"decade", 1980}}, {"id"});
  EXPECT_EQ(call(migration.up, item).size(), 0U);
  EXPECT_EQ(call(migration.down, item).size(), 1U);
  EXPECT_FALSE(load(up_of("")).down);
}

TEST_F(LuaScriptTest, RefusesWhatIsNoMigration) {
  const auto refused = [&](const std::string& text) {
    const Error error = testing::error_of([&] { load(text); });
    EXPECT_EQ(error.code(), "ScriptError");
    EXPECT_FALSE(error.next_step().empty());
    return error.message();
  };
  EXPECT_EQ(refused(""), "00001_test.lua: a migration returns a table, return { table = ..., up = ... }, not nil");
  EXPECT_EQ(refused("return { up = function() end }"), "00001_test.lua: the migration names no table: table = \"...\"");
  EXPECT_EQ(refused("return { table = 'T' }"), "00001_test.lua: up: a function(item, actions), not nil");
  EXPECT_EQ(refused("return { table = 7, up = function() end }"), "00001_test.lua: table: a string, not a number");
  EXPECT_NE(refused("return { table = 'T', up = function() end, verfy = function() end }")
                .find("the field verfy of the migration is not known"),
            std::string::npos);
  EXPECT_NE(refused("return { table = 'T', up = function() end, down = 1 }").find("down: a function"),
            std::string::npos);
  EXPECT_NE(refused("return { table = 'T', up = function() end, verify = true }").find("verify: a function(item)"),
            std::string::npos);
  EXPECT_NE(refused("return { table = 'T', up = function() end, reads = {} }").find("reads"), std::string::npos);
  EXPECT_NE(refused("local x = \n\nreturn +").find("00001_test.lua:3: "), std::string::npos);
  EXPECT_EQ(refused("\n\nerror('on purpose')"), "00001_test.lua:3: on purpose");
  EXPECT_NE(refused("drift.get('T', { id = 1 })").find("within up, down and verify only"), std::string::npos);
  EXPECT_NE(testing::error_of([&] { load_lua(directory() / "none.lua", options_); }).message().find("does not exist"),
            std::string::npos);
  EXPECT_NE(testing::error_of([&] { load_lua(directory(), options_); }).message().find("is no file"),
            std::string::npos);
  EXPECT_NE(refused("--" + std::string(std::size_t{1} << 20U, 'x')).find("larger than 1 MB"), std::string::npos);
}

TEST_F(LuaScriptTest, ErrorsSayWhere) {
  EXPECT_EQ(error_of("\n\nerror('on purpose')"), "00001_test.lua:3: on purpose");
  EXPECT_EQ(error_of("\nlocal x = item.missing.field"),
            "00001_test.lua:2: attempt to index a nil value (field 'missing')");
  EXPECT_EQ(error_of("error('bare', 0)"), "00001_test.lua:1: bare");
  EXPECT_NE(error_of("error({ code = 7 })").find("00001_test.lua:1: table: 0x"), std::string::npos);
  EXPECT_NE(error_of("error(setmetatable({}, { __tostring = function() return 'mine' end }))").find("lua:1: mine"),
            std::string::npos);
  EXPECT_NE(error_of("error()").find("00001_test.lua"), std::string::npos);
  EXPECT_NE(error_of("\nactions:put({})").find("00001_test.lua:2: ValidationException: "), std::string::npos);
  write("lib.lua", "return function()\n\n  error('deep down') end");
  EXPECT_EQ(error_of_script("local f = require 'lib'\n" + up_of("f()")), "lib.lua:3: deep down");
  EXPECT_EQ(error_of("\ntable.concat({ {} })"),
            "00001_test.lua:2: invalid value (table) at index 1 in table for 'concat'");
  EXPECT_LE(error_of("error(('x'):rep(1000000))").size(), 2'010U);
}

TEST_F(LuaScriptTest, ItsRevisionIsOfTheTextItself) {
  const auto revision = [&](const std::string& text) { return load(text).revision; };
  const std::string before = revision("return { table = 'T',\n up = function() end }\n");
  EXPECT_EQ(revision("return { table = 'T',  \r\n up = function() end }\r\n\r\n"), before);
  EXPECT_EQ(revision("\xEF\xBB\xBFreturn { table = 'T',\n up = function() end }"), before);
  EXPECT_NE(revision("return { table = 'T', up = function() end }"), before);
  EXPECT_NE(revision("return { table = 'T',\n up = function()  end }\n"), before);
  write("lib.lua", "return 1");
  const std::string with_module = revision("require 'lib'\n" + up_of(""));
  write("lib.lua", "return 2");
  EXPECT_NE(revision("require 'lib'\n" + up_of("")), with_module);
}

// Each thread has a state of its own, of the text as it was when it was loaded.
TEST_F(LuaScriptTest, RunsOnSeveralThreadsAtOnce) {
  write("lib.lua", "return { step = 1 }");
  const Migration migration = load("local lib = require 'lib'\nlocal calls = 0\n" +
                                   up_of("calls = calls + 1\nlocal n = 0 for i = 1, 1000 do n = n + lib.step end\n"
                                         "actions:update('SET n = :n', { n = item.id + n })\nprint(calls == 1)"));
  write("lib.lua", "return { step = 1000 }");
  write("00001_test.lua", "gone");
  constexpr int threads = 4;
  constexpr int items = 200;
  std::latch start(threads);
  std::vector<std::thread> running;
  running.reserve(threads);
  std::atomic<int> right = 0;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      start.arrive_and_wait();
      for (int i = 0; i < items; ++i) {
        const int id = t * items + i;
        const auto records = call(migration.up, Item::of({{"id", id}}, {"id"}));
        if (records.at(0).values == R"({":n":{"N":")" + std::to_string(id + 1000) + "\"}}") ++right;
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(right, threads * items);
  const auto states = std::count(lines_.begin(), lines_.end(), "true");
  EXPECT_GE(states, 1);
  EXPECT_LE(states, threads);
}

}  // namespace
}  // namespace drift::script
