// Attempts to leave the sandbox, to change what another item's callback finds, and to outlast the limits.
#include "script_fixture.hpp"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

namespace drift::script {
namespace {

class LuaSandboxTest : public ScriptFixture {
 protected:
  LuaSandboxTest() { options_.limits = {.instructions_max = 300'000, .memory_max = std::size_t{4} << 20U}; }

  // Ended by the limit of instructions, and nothing after it was printed.
  void expect_stopped(const std::string& body) {
    lines_.clear();
    const std::string error = error_of(body + "\nprint('went on')");
    EXPECT_NE(error.find("more than 300000 instructions"), std::string::npos) << body << "\n" << error;
    EXPECT_TRUE(lines_.empty()) << body;
  }
  void expect_out_of_memory(const std::string& body) {
    const std::string error = error_of(body + "\nprint('went on')");
    EXPECT_NE(error.find("more than 4194304 bytes of memory"), std::string::npos) << body << "\n" << error;
  }
};

TEST_F(LuaSandboxTest, HasNoWayOut) {
  for (const char* const name :
       {"io", "os", "debug", "package", "coroutine", "load", "loadfile", "loadstring", "dofile", "collectgarbage",
        "warn", "arg", "ffi", "jit", "bit32", "module", "setfenv", "getfenv"}) {
    EXPECT_EQ(eval(name), "nil");
    EXPECT_EQ(eval(std::string("_G.") + name), "nil");
    EXPECT_EQ(eval(std::string("rawget(_G, '") + name + "')"), "nil");
  }
  EXPECT_EQ(eval("string.dump, ('').dump, math.os, require ~= nil, next(_G), next(string), next(drift)"),
            "nil\tnil\tnil\ttrue\tnil\tnil\tnil");
}

TEST_F(LuaSandboxTest, LetsNoCodeInThatIsNotItsText) {
  std::string bytecode = "\x1bLua";
  bytecode += std::string("\x54\x00\x19\x93\r\n\x1a\n", 8);
  EXPECT_NE(error_of_script(bytecode).find("binary chunk"), std::string::npos) << error_of_script(bytecode);
  write("evil.lua", bytecode);
  EXPECT_NE(error_of_script("require 'evil'").find("binary chunk"), std::string::npos);
}

TEST_F(LuaSandboxTest, RequiresModulesOfItsDirectoryOnly) {
  namespace fs = std::filesystem;
  write("lib/util.lua", "count = (count or 0) + 1\nreturn { double = function(x) return 2 * x end }");
  EXPECT_EQ(run("", {}).size(), 0U);
  lines_.clear();
  up("local util = require 'lib.util'\nassert(util == require('lib.util'))\nprint(util.double(4), count)\n" + up_of(""),
     {});
  EXPECT_EQ(lines_.back(), "8\t1");

  const fs::path outside = directory().parent_path() / (directory().filename().string() + "-outside.lua");
  std::ofstream(outside) << "return 'outside'";
  fs::create_symlink(outside, directory() / "link.lua");
  fs::create_directory_symlink(directory().parent_path(), directory() / "up");
  const std::string stem = outside.stem().string();
  const std::vector<std::string> names = {
      "../" + stem, ".." + stem, "..." + stem,         "lib/util", "/etc/passwd", outside.string(), "link",
      "up." + stem, "lib..util", ".lib.util",          "",         "lib\\\\util", "lib.util\\0",    "missing",
      "lib",        "~",         std::string(300, 'a')};
  for (const std::string& name : names) {
    const std::string error = error_of_script("require '" + name + "'");
    EXPECT_NE(error.find("the module \""), std::string::npos) << name << ": " << error;
  }
  fs::remove(outside);
  EXPECT_NE(error_of_script("require(7)").find("a module's name"), std::string::npos);
  write("self.lua", "require 'self'");
  EXPECT_NE(error_of_script("require 'self'").find("self.lua:1: the module \"self\" requires itself"),
            std::string::npos);
  write("broken.lua", "\nreturn +");
  EXPECT_NE(error_of_script("require 'broken'").find("broken.lua:2:"), std::string::npos);
  write("late.lua", "return 1");
  EXPECT_NE(error_of("require 'late'").find("belongs at the top of the file"), std::string::npos);
}

TEST_F(LuaSandboxTest, LetsNothingBeChangedThatOthersUse) {
  for (const char* const attempt : {"string.rep = print",
                                    "string.x = 1",
                                    "table.insert = nil",
                                    "math.pi = 3",
                                    "utf8.char = 1",
                                    "drift.null = nil",
                                    "drift.get = print",
                                    "rawset(string, 'rep', print)",
                                    "rawset(_G, 'print', 1)",
                                    "rawset(drift, 'null', 1)",
                                    "setmetatable(string, {})",
                                    "setmetatable(_G, {})",
                                    "setmetatable(drift.list{ 1 }, {})",
                                    "x = 1",
                                    "_G.x = 1",
                                    "print = nil",
                                    "_ENV.x = 1",
                                    "getmetatable('').__index = {}",
                                    "getmetatable(item).__index = {}",
                                    "getmetatable(actions).x = 1",
                                    "getmetatable(drift.null).__eq = 1",
                                    "setmetatable(item, {})",
                                    "setmetatable({}, { __gc = function() end })",
                                    "rawset(item, 'a', 1)",
                                    "getmetatable(drift.number('1.5')).__add = 1",
                                    "getmetatable(drift.list{ 1 }).__index = {}",
                                    "item.title = 'x'",
                                    "item['a'] = 1",
                                    "actions.update = nil",
                                    "drift.null.x = 1"}) {
    EXPECT_NE(error_of(attempt), "none") << attempt;
  }
  EXPECT_EQ(eval("getmetatable('')"), "string");
  EXPECT_EQ(eval("getmetatable(_G)"), "_G");
  EXPECT_EQ(eval("getmetatable(item)"), "drift.item");
  EXPECT_EQ(error_of("count = 1"),
            "00001_test.lua:1: the global count cannot be set within a callback: write \"local count\" (items are "
            "independent of "
            "each other)");
}

TEST_F(LuaSandboxTest, GlobalsOfOneScriptAreItsOwn) {
  up("shared = 'mine'\n" + up_of("print(shared)"), {});
  EXPECT_EQ(lines_.back(), "mine");
  EXPECT_EQ(eval("shared"), "nil");
}

TEST_F(LuaSandboxTest, AnItemIsOfNoUseAfterItsCallback) {
  const Migration migration =
      load("local kept\n" + up_of("if kept then return kept.item.id, kept.actions:remove() end\n"
                                  "kept = { item = item, actions = actions }"));
  const auto call_for = [&](int id) { return call(migration.up, Item::of({{"id", id}}, {"id"})); };
  EXPECT_NO_THROW(call_for(1));
  EXPECT_EQ(testing::error_of([&] { call_for(2); }).message(),
            "00001_test.lua:2: this item is of a callback that has returned; keep drift.attributes(item) instead");
}

TEST_F(LuaSandboxTest, EndsWhatNeverEnds) {
  expect_stopped("while true do end");
  expect_stopped("local function f() return f() end f()");
  expect_stopped("for i = 1, math.huge do end");
  expect_stopped("repeat until false");
  expect_stopped("::again:: goto again");
  expect_stopped(
      "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() "
      "return t[1] end) end");
  expect_stopped("table.sort({ 1, 2, 3 }, function() while true do end end)");
  expect_stopped("('x'):gsub('x', function() while true do end end)");
  EXPECT_NE(error_of_script("while true do end").find("more than 300000 instructions"), std::string::npos);
}

TEST_F(LuaSandboxTest, NoProtectedCallGoesOnBeyondTheLimit) {
  expect_stopped("pcall(function() while true do end end)");
  expect_stopped("while true do pcall(function() while true do end end) end");
  expect_stopped("xpcall(function() while true do end end, function(e) return e end)");
  expect_stopped("xpcall(function() while true do end end, function(e) while true do end end)");
  expect_stopped(
      "local t <close> = setmetatable({}, { __close = function() while true do end end }) while true do end");
  expect_stopped("pcall(pcall, pcall, function() while true do end end)");
  expect_stopped("pcall(string.gsub, 'x', 'x', function() while true do end end)");
  expect_stopped("pcall(table.sort, { 1, 2 }, function() while true do end end)");
}

// Lua counts no instructions within its own functions.
TEST_F(LuaSandboxTest, EndsLongWorkWithinOneInstruction) {
  expect_stopped("local s = ('a'):rep(200) s:find(('a-'):rep(20) .. 'b')");
  expect_stopped("local s = ('a'):rep(2000) s:match(('a*'):rep(10) .. 'b')");
  expect_stopped("local s = ('a'):rep(2000) s:gsub(('a*'):rep(10) .. 'b', '')");
  expect_stopped("for _ in (('a'):rep(2000)):gmatch(('a*'):rep(10) .. 'b') do end");
  expect_stopped("table.move({}, 1, 1 << 60, 2)");
  expect_stopped("table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 'x')");
  expect_stopped("table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)");
  expect_stopped(
      "table.concat(setmetatable({}, { __index = setmetatable({}, { __index = string }) }), '', 1, 1 << 60)");
  expect_stopped("local s = ('x'):rep(1 << 20) while true do local t = s .. 'y' end");
  EXPECT_EQ(eval("#(''):rep(1 << 60)"), "0");
}

TEST_F(LuaSandboxTest, ChargesFunctionsThatGoThroughAllTheyAreGiven) {
  options_.limits.memory_max = std::size_t{64} << 20U;
  const std::string table = "local t = {} for i = 1, 10000 do t[i] = i end\n";
  expect_stopped(table + "while true do table.sort(t) end");
  expect_stopped(table + "while true do local a = select('#', table.unpack(t)) end");
  expect_stopped(table + "local s = drift.number_set(t) while true do s:contains(0) end");
  expect_stopped("local s = ('1'):rep(1 << 20) while true do tonumber(s) end");
  expect_stopped("local s = ('x'):rep(1 << 20) while true do utf8.len(s) end");
  EXPECT_EQ(eval("tonumber('ff', 16), tonumber('7'), tonumber({})"), "255\t7\tnil");
  EXPECT_EQ(error_of("tonumber()"), "00001_test.lua:1: bad argument #1 to 'tonumber' (value expected)");
  EXPECT_EQ(eval("utf8.len('ä'), table.unpack({ 1, 2, 3 }, 2)"), "1\t2\t3");
}

// Comparing texts is one instruction each.
class LuaTimeTest : public LuaSandboxTest {
 protected:
  LuaTimeTest() {
    options_.limits = {.instructions_max = 1'000'000,
                       .memory_max = std::size_t{64} << 20U,
                       .processor_time_max = std::chrono::milliseconds(100)};
  }

  const std::string compare_ =
      "local s, t = ('x'):rep(1 << 20), ('x'):rep(1 << 20) while true do local same = s == t end ";
};

TEST_F(LuaTimeTest, EndsWhatTakesTooLong) {
  const std::string message =
      "00001_test.lua:1: more than 100 ms of a processor's time in one call (the limit of a script); does a loop never "
      "end?";
  EXPECT_EQ(error_of(compare_), message);
  EXPECT_EQ(error_of("pcall(function() " + compare_ + "end) print('went on')"), message);
  EXPECT_TRUE(lines_.empty());
}

TEST_F(LuaTimeTest, ACallbackThatTakesLongIsGivenUpWithTheRun) {
  std::stop_source stop;
  options_.limits.processor_time_max = std::chrono::hours(1);
  options_.stop = stop.get_token();
  options_.log = [&stop](std::string_view) { stop.request_stop(); };
  const Migration migration = load(up_of("print('it has begun') pcall(function() " + compare_ + "end)"));
  const Error error = testing::error_of([&] { call(migration.up, Item::of({{"id", 1}}, {"id"})); });
  EXPECT_EQ(error.code(), "Cancelled");
  EXPECT_EQ(error.message(), "00001_test.lua: was not waited for any more, because of a stop");
}

TEST_F(LuaSandboxTest, EndsWhatFillsTheMemory) {
  options_.limits.instructions_max = 50'000'000;
  expect_out_of_memory("local t = {} while true do t[#t + 1] = {} end");
  expect_out_of_memory("local s = 'x' while true do s = s .. s end");
  expect_out_of_memory("local x = ('x'):rep(1 << 30)");
  expect_out_of_memory("pcall(function() local t = {} while true do t[#t + 1] = {} end end)");
  expect_out_of_memory("local x = (('x'):rep(1000)):gsub('x', ('y'):rep(1 << 20))");
  expect_out_of_memory("local function f(...) return f(1, 2, 3, ...) end f()");
  EXPECT_EQ(error_of("\nlocal t = {} while true do t[#t + 1] = {} end"),
            "00001_test.lua:2: more than 4194304 bytes of memory (the limit of a script)");
  expect_out_of_memory("local function f() return 1 + f() end f()");
}

TEST_F(LuaSandboxTest, ALimitIsOfOneItem) {
  const Migration migration =
      load(up_of("if item.id == 3 then while true do end end\nfor i = 1, 20000 do end print(item.id)"));
  for (int id = 1; id <= 40; ++id) {
    const auto once = [&] { call(migration.up, Item::of({{"id", id}}, {"id"})); };
    if (id == 3)
      EXPECT_THROW(once(), Error);
    else
      EXPECT_NO_THROW(once());
  }
  EXPECT_EQ(lines_.size(), 39U);
}

TEST_F(LuaSandboxTest, ErrorsCanBeCaughtWithinTheLimits) {
  EXPECT_EQ(eval("pcall(error, 'x')"), "false\tx");
  EXPECT_EQ(eval("pcall(function(...) return ... end, 1, nil, 3)"), "true\t1\tnil\t3");
  EXPECT_EQ(eval("xpcall(function(...) return select('#', ...) end, print, 1, nil)"), "true\t2");
  EXPECT_EQ(eval("xpcall(error, function(e) return e .. '!' end, 'x')"), "false\tx!");
  EXPECT_EQ(eval("select(2, pcall(drift.number, 'x')) ~= nil"), "true");
}

TEST_F(LuaSandboxTest, PrintGoesToTheLog) {
  run("print('a', 1, nil, item.id, drift.number('1.5'), drift.null) print()");
  EXPECT_EQ(lines_, (std::vector<std::string>{"a\t1\tnil\t1\t1.5\tdrift.null", ""}));
  lines_.clear();
  run("print('a\\27[31mb\\r', 'c\\nd\\te') print('\\xff\\0')");
  EXPECT_EQ(lines_, (std::vector<std::string>{"a [31mb \tc", "d\te", "? "}));
  options_.log = {};
  EXPECT_NO_THROW(run("print('to nobody')"));
}

}  // namespace
}  // namespace drift::script
