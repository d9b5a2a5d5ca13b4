// What is changed in Lua's base functions, and why, stands at each of them.
#include "cli/script/lua_base.hpp"

#include "base/text.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_meter.hpp"

#include <string>
#include <string_view>

namespace drift::script {

namespace {

// The error on top of the stack goes on where it may not be caught: beyond the limits nothing goes on.
int caught(lua_State* lua, int status) {
  if (meter_of(lua).exceeded() || status == LUA_ERRMEM) return lua_error(lua);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

int protected_call(lua_State* lua) {
  luaL_checkany(lua, 1);
  lua_pushboolean(lua, 1);
  lua_insert(lua, 1);
  const int status = lua_pcall(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0);
  return status == LUA_OK ? lua_gettop(lua) : caught(lua, status);
}

// The script's own handler (the upvalue) runs before the stack is unwound; where the count hook raised the error that
// is still within the hook, and nothing would count what the handler does.
int handle(lua_State* lua) {
  if (meter_of(lua).exceeded()) return 1;
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, 1, 1);
  return 1;
}

int protected_call_with_handler(lua_State* lua) {
  const int count = lua_gettop(lua);
  luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_pushvalue(lua, 2);
  lua_pushcclosure(lua, handle, 1);
  lua_replace(lua, 2);
  lua_pushboolean(lua, 1);
  lua_pushvalue(lua, 1);
  lua_rotate(lua, 3, 2);
  const int status = lua_pcall(lua, count - 2, LUA_MULTRET, 2);
  return status == LUA_OK ? lua_gettop(lua) - 2 : caught(lua, status);
}

bool is_protected(lua_State* lua, int index) {
  if (lua_getmetatable(lua, index) == 0) return false;
  lua_pushliteral(lua, "__metatable");
  const bool result = lua_rawget(lua, -2) != LUA_TNIL;
  lua_pop(lua, 2);
  return result;
}

// Finalizers run while garbage is collected, where instructions are not counted.
int set_metatable(lua_State* lua) {
  lua_settop(lua, 2);
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_argexpected(lua, lua_isnil(lua, 2) || lua_istable(lua, 2), 2, "nil or table");
  if (is_protected(lua, 1)) fault("cannot change a protected metatable");
  if (lua_istable(lua, 2)) {
    lua_pushliteral(lua, "__gc");
    if (lua_rawget(lua, 2) != LUA_TNIL) fault("a script has no finalizers (__gc)");
    lua_pop(lua, 1);
  }
  lua_setmetatable(lua, 1);
  return 1;
}

// What Lua and drift provide stands behind protected metatables.
int raw_set(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checkany(lua, 3);
  lua_settop(lua, 3);
  const bool is_marked = is_protected(lua, 1);
  if (is_marked) fault("rawset: this table is protected");
  lua_rawset(lua, 1);
  return 1;
}

// Without its control characters, which a terminal would obey; but tabs stay.
std::string printable(std::string_view line) {
  std::string result;
  for (const std::string_view part : base::split(line, '\t')) result.append(base::one_line(part, part.size())) += '\t';
  result.pop_back();
  return result;
}

int print(lua_State* lua) {
  const int count = lua_gettop(lua);
  std::string text;
  for (int i = 1; i <= count; ++i) {
    luaL_tolstring(lua, i, nullptr);
    text.append(i == 1 ? "" : "\t").append(text_at(lua, -1));
    lua_pop(lua, 1);
  }
  const auto& log = context_of(lua).options->log;
  if (!log) return 0;
  for (const std::string_view line : base::split(text, '\n')) log(printable(line));
  return 0;
}

}  // namespace

void open_base(lua_State* lua) {
  lua_pushcfunction(lua, luaopen_base);
  lua_call(lua, 0, 1);
  for (const char* const name : {"assert", "error", "getmetatable", "ipairs", "next", "pairs", "rawequal", "rawget",
                                 "rawlen", "select", "tonumber", "tostring", "type", "_VERSION"}) {
    lua_getfield(lua, -1, name);
    lua_setfield(lua, -3, name);
  }
  lua_pop(lua, 1);
  set_function<protected_call>(lua, "pcall");
  set_function<protected_call_with_handler>(lua, "xpcall");
  set_function<set_metatable>(lua, "setmetatable");
  set_function<raw_set>(lua, "rawset");
  set_function<print>(lua, "print");
}

std::string kind_name(lua_State* lua, int index) {
  if (lua_type(lua, index) == LUA_TNONE) return "nothing";
  const int found = luaL_getmetafield(lua, index, "__name");
  if (found == LUA_TNIL) return luaL_typename(lua, index);
  std::string name = found == LUA_TSTRING ? std::string(text_at(lua, -1)) : luaL_typename(lua, index);
  lua_pop(lua, 1);
  return name;
}

}  // namespace drift::script
