// What is changed in Lua's libraries and base functions: patterns have a bound (lua_pattern.hpp), and what works on for
// long within one instruction is charged for it; string.dump is gone.
#pragma once

#include "cli/script/lua_api.hpp"

namespace drift::script {

// Each of the library's table on top.
void change_strings(lua_State* lua);
void change_tables(lua_State* lua);
void change_utf8(lua_State* lua);
void change_base(lua_State* lua);

}  // namespace drift::script
