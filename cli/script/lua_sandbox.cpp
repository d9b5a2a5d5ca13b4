// Scripts see their globals through a table that is empty: reading goes on to the real one, writing is possible while
// the script is loaded. Libraries are seen in the same way and never written to, since a state serves many items and
// none of them may change what the next one finds.
#include "cli/script/lua_sandbox.hpp"

#include "cli/script/lua_actions.hpp"
#include "cli/script/lua_base.hpp"
#include "cli/script/lua_binary.hpp"
#include "cli/script/lua_client.hpp"
#include "cli/script/lua_collection.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_item.hpp"
#include "cli/script/lua_number.hpp"
#include "cli/script/lua_text.hpp"
#include "cli/script/script_files.hpp"

#include <string>

namespace drift::script {

namespace {

int refuse_write(lua_State* lua) {
  const std::string name = lua_type(lua, 2) == LUA_TSTRING ? std::string(text_at(lua, 2)) : kind_name(lua, 2);
  fault("what Lua and drift provide cannot be changed (" + name + ")");
}

int set_global(lua_State* lua) {
  if (context_of(lua).frozen) {
    const std::string name = lua_type(lua, 2) == LUA_TSTRING ? std::string(text_at(lua, 2)) : kind_name(lua, 2);
    fault("the global " + name + " cannot be set within a callback: write \"local " + name +
          "\" (items are independent of each other)");
  }
  lua_rawset(lua, lua_upvalueindex(1));
  return 0;
}

// In place of the table on top: an empty one through which it is seen. `write` is called with it as an upvalue.
void veil(lua_State* lua, lua_CFunction write, const char* name) {
  lua_createtable(lua, 0, 0);
  lua_createtable(lua, 0, 4);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushvalue(lua, -3);
  lua_pushcclosure(lua, write, 1);
  lua_setfield(lua, -2, "__newindex");
  lua_pushstring(lua, name);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

// Opens a library of Lua's into field `name` of the table on top.
void open_library(lua_State* lua, const char* name, lua_CFunction open, void (*change)(lua_State*)) {
  lua_pushcfunction(lua, open);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 1);
  if (change != nullptr) change(lua);
  veil(lua, guarded<refuse_write>, name);
  lua_setfield(lua, -2, name);
}

// Text has methods (text:upper()), by a metatable that all texts share.
void protect_texts(lua_State* lua) {
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_pushliteral(lua, "string");
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 2);
}

void open_drift(lua_State* lua) {
  lua_createtable(lua, 0, 32);
  open_numbers(lua);
  open_binaries(lua);
  open_collections(lua);
  open_items(lua);
  open_client(lua);
  open_actions(lua);
  veil(lua, guarded<refuse_write>, "drift");
  lua_setfield(lua, -2, "drift");
}

int require(lua_State* lua) {
  if (lua_type(lua, 1) != LUA_TSTRING) fault("require takes a module's name, not a " + kind_name(lua, 1));
  lua_settop(lua, 1);
  const std::string name(text_at(lua, 1));
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &context_of(lua).modules_key);
  lua_pushvalue(lua, 1);
  if (lua_rawget(lua, 2) != LUA_TNIL) {
    if (lua_touserdata(lua, -1) == &context_of(lua)) fault("the module \"" + name + "\" requires itself");
    return 1;
  }
  const ScriptFiles::Module& module = context_of(lua).files->module(name);
  lua_pushvalue(lua, 1);
  lua_pushlightuserdata(lua, &context_of(lua));
  lua_rawset(lua, 2);
  push_chunk(lua, module.text, module.name);
  lua_call(lua, 0, 1);
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    lua_pushboolean(lua, 1);
  }
  lua_pushvalue(lua, 1);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, 2);
  return 1;
}

}  // namespace

void open_sandbox(lua_State* lua) {
  lua_createtable(lua, 0, 40);
  open_base(lua);
  change_base(lua);
  set_function<require>(lua, "require");
  open_library(lua, "string", luaopen_string, change_strings);
  protect_texts(lua);
  open_library(lua, "table", luaopen_table, change_tables);
  open_library(lua, "math", luaopen_math, nullptr);
  open_library(lua, "utf8", luaopen_utf8, change_utf8);
  open_drift(lua);

  lua_pushvalue(lua, -1);
  veil(lua, guarded<set_global>, "_G");
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -3, "_G");
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &context_of(lua).environment_key);
  lua_pop(lua, 1);
  lua_createtable(lua, 0, 0);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &context_of(lua).modules_key);
}

void push_chunk(lua_State* lua, std::string_view text, const std::string& name) {
  if (luaL_loadbufferx(lua, text.data(), text.size(), ('@' + name).c_str(), "t") != LUA_OK) {
    const std::string message(text_at(lua, -1));
    lua_pop(lua, 1);
    fault(message);
  }
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &context_of(lua).environment_key);
  lua_setupvalue(lua, -2, 1);
}

}  // namespace drift::script
