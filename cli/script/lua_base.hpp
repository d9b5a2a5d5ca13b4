// Lua's base functions for scripts: those that can do no harm as they are, and pcall, xpcall, setmetatable, rawset and
// print in forms of our own.
#pragma once

#include "cli/script/lua_api.hpp"

namespace drift::script {

// Adds them to the table on top.
void open_base(lua_State* lua);

}  // namespace drift::script
