// Patterns mean what they mean in Lua: the same calls, answered by Lua's own library, over many random texts.
#include "cli/script/lua_api.hpp"

#include "script_fixture.hpp"
#include "value/seeded.hpp"

#include <memory>
#include <sstream>

namespace drift::script {
namespace {

class LuaPatternTest : public ScriptFixture {};

// A state of Lua as it comes, to compare with.
std::string plain_lua(const std::string& program) {
  const std::unique_ptr<lua_State, decltype(&lua_close)> lua(luaL_newstate(), lua_close);
  luaL_requiref(lua.get(), "_G", luaopen_base, 1);
  luaL_requiref(lua.get(), "string", luaopen_string, 1);
  luaL_requiref(lua.get(), "table", luaopen_table, 1);
  lua_settop(lua.get(), 0);
  const bool ok = luaL_dostring(lua.get(), program.c_str()) == LUA_OK;
  return (ok ? "" : "error ") + std::string(lua_tostring(lua.get(), -1));
}

// The answers to all functions of patterns for one text and one pattern, as one text.
const std::string questions = R"lua(
local function show(...)
  local out = {}
  for i = 1, select('#', ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ',')
end
local function ask(s, p)
  local out = {}
  local function add(...) out[#out + 1] = show(pcall(...)) end
  add(string.find, s, p) add(string.match, s, p) add(string.find, s, p, 3) add(string.match, s, p, -2)
  add(string.gsub, s, p, '<%0%1>') add(string.gsub, s, p, '%%', 2) add(string.gsub, s, p, { a = 'A', b = false })
  add(string.gsub, s, p, function(...) return show(...) end) add(string.find, s, p, 1, true)
  add(function() local all = {} for x, y in s:gmatch(p) do all[#all + 1] = show(x, y) end return table.concat(all, ';') end)
  local text = table.concat(out, '\n'):gsub('%[string "[^\n]-"%]:%d+: ', ''):gsub('[%w_.]+:%d+: ', '')
  return text
end
)lua";

TEST_F(LuaPatternTest, AnswersAsLuaDoes) {
  value::Random random(value::choose_seed());
  const std::vector<std::string> parts = {"a",      "b",    ".",    "%a",     "%d",  "%w+",   "%s*", "a*",   "b-",
                                          "a?",     "[ab]", "[^a]", "[a-c]+", "(a)", "(%a*)", "()",  "%1",   "%bab",
                                          "%f[%a]", "$",    "^",    "%",      "[",   "(",     ")",   "[]a]", "[%d_]",
                                          "[a%-]",  "(.-)", "%.",   "1",      "%W",  "[^%s]", "]",   "-"};
  std::vector<std::string> asked;
  std::string program = questions + "local all = {}\n";
  for (int i = 0; i < 3'000; ++i) {
    std::string text, pattern;
    for (std::size_t n = value::below(random, 10); n != 0; --n) text += "aabbc1 _.-%"[value::below(random, 11)];
    for (std::size_t n = 1 + value::below(random, 4); n != 0; --n) pattern += parts[value::below(random, parts.size())];
    program.append("all[#all + 1] = '").append(std::to_string(i)).append(":' .. ask([==[").append(text);
    program.append("]==], [==[").append(pattern).append("]==])\n");
    asked.emplace_back("\"").append(text).append("\" by \"").append(pattern).append("\"");
  }
  const std::string expected = plain_lua(program + "return table.concat(all, '\\n\\n')");
  ASSERT_FALSE(expected.starts_with("error")) << expected;
  options_.limits.instructions_max = 100'000'000;
  up("return { table = 'T', up = function()\n" + program + "print(table.concat(all, '\\n\\n')) end }", {});
  std::string printed;
  for (const std::string& line : lines_) printed += line + '\n';
  std::istringstream ours(printed), theirs(expected);
  std::size_t at = 0;
  for (std::string a, b; std::getline(theirs, b);) {
    ASSERT_TRUE(std::getline(ours, a));
    if (std::isdigit(static_cast<unsigned char>(b[0])) != 0) ++at;
    ASSERT_EQ(a, b) << asked.at(at - 1);
  }
}

TEST_F(LuaPatternTest, KnowsEveryClass) {
  std::string program =
      "local all = {}\nfor _, class in "
      "ipairs{'a','c','d','g','l','p','s','u','w','x','A','C','D','G','L','P','S','U','W','X'} do\n"
      "for c = 0, 255 do all[#all + 1] = string.find(string.char(c), '%' .. class) and 1 or 0 end end\n";
  const std::string expected = plain_lua(program + "return table.concat(all)");
  up("return { table = 'T', up = function()\n" + program + "print(table.concat(all)) end }", {});
  EXPECT_EQ(lines_.at(0), expected);
}

}  // namespace
}  // namespace drift::script
