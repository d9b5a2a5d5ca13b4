// What is changed in Lua's libraries of text and tables: patterns have a bound (lua_pattern.hpp), and so has what would
// work on for long within one instruction; string.dump is gone.
#pragma once

#include "cli/script/lua_api.hpp"

namespace drift::script {

// Each of the library's table on top.
void change_strings(lua_State* lua);
void change_tables(lua_State* lua);

}  // namespace drift::script
